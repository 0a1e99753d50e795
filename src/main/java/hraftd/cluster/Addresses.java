package hraftd.cluster;

import hraftd.raft.HostPort;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares addresses by what they mean: {@code localhost:1}, {@code 127.0.0.1:1} and a host's name
 * can be the same. Blocks on the name service.
 */
public final class Addresses {

  /** How an address relates to one that this node listens on. */
  enum Match {
    /** It is this node's own. */
    OWN,
    /** It is certainly not: another port or interface of this machine, or an unknown name. */
    OTHER,
    /** It is not on this machine: another one's, or translated on the way. */
    ELSEWHERE
  }

  private Addresses() {}

  /**
   * Compares an address that somebody names with the one that this node is bound to.
   *
   * @param bound an empty or wildcard host stands for every address of this machine
   */
  static Match match(HostPort named, HostPort bound) {
    List<InetAddress> meant = lookUp(named.host());
    if (meant.isEmpty()) {
      return Match.OTHER;
    }
    List<InetAddress> here = meant.stream().filter(Addresses::isLocal).toList();
    if (here.isEmpty()) {
      return Match.ELSEWHERE;
    }
    if (named.port() != bound.port()) {
      return Match.OTHER;
    }
    List<InetAddress> listening = lookUp(bound.host());
    boolean own =
        isWildcard(bound)
            || listening.stream().anyMatch(InetAddress::isAnyLocalAddress)
            || here.stream().anyMatch(listening::contains);
    return own ? Match.OWN : Match.OTHER;
  }

  /** True if both mean the same: the same text, or the same port and a common address. */
  static boolean same(HostPort a, HostPort b) {
    if (a.equals(b)) {
      return true;
    }
    if (a.port() != b.port()) {
      return false;
    }
    Set<InetAddress> ofA = lookUp(a.host()).stream().collect(Collectors.toSet());
    return lookUp(b.host()).stream().anyMatch(ofA::contains);
  }

  /** True if it stands for every address of this machine. */
  public static boolean isWildcard(HostPort address) {
    return address.host().isEmpty()
        || address.host().equals("0.0.0.0")
        || address.host().equals("::");
  }

  /** True if no other node could reach anybody there: a wildcard, or port 0. */
  public static boolean isNowhere(HostPort address) {
    return isWildcard(address) || address.port() == 0;
  }

  /**
   * The address to tell others for the one that this node is bound to: itself or, for a wildcard,
   * that of the interface that leads to the other node.
   *
   * @param towards the node that is to be told
   */
  static HostPort reachable(HostPort bound, HostPort towards) {
    if (!isWildcard(bound)) {
      return bound;
    }
    try (DatagramSocket socket = new DatagramSocket()) {
      // Connecting a datagram socket sends nothing, it only chooses the route.
      InetSocketAddress target = towards.resolve();
      if (!target.isUnresolved()) {
        socket.connect(target);
        if (!socket.getLocalAddress().isAnyLocalAddress()) {
          return new HostPort(socket.getLocalAddress().getHostAddress(), bound.port());
        }
      }
    } catch (SocketException | java.io.UncheckedIOException e) {
      // No route: the loopback address below is as good as any.
    }
    return new HostPort("127.0.0.1", bound.port());
  }

  /** The address to tell others when there is no other node yet. */
  static HostPort reachable(HostPort bound) {
    if (!isWildcard(bound)) {
      return bound;
    }
    try {
      return new HostPort(InetAddress.getLocalHost().getHostAddress(), bound.port());
    } catch (UnknownHostException e) {
      return new HostPort("127.0.0.1", bound.port());
    }
  }

  private static List<InetAddress> lookUp(String host) {
    if (host.isEmpty()) {
      return List.of();
    }
    try {
      return Arrays.asList(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  private static boolean isLocal(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return true;
    }
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
