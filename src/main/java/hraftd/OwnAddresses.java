package hraftd;

import hraftd.http.HostCheck;
import hraftd.raft.HostPort;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Whether a request of another node was sent to this one: by what its {@code Host} says, host and
 * port, so that what was meant for somebody else is worth nothing here. Any thread may call it.
 */
final class OwnAddresses implements Predicate<String> {

  /** An address as such: nothing is looked up for it. */
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|\\[[0-9A-Fa-f:.]+]");

  private final Set<Integer> ports;
  private final Set<String> allowed;
  private final Predicate<String> names;

  /**
   * The addresses of a node.
   *
   * @param ports on which it is reached, its own and those that others know
   * @param allowed names that it was told to go by
   * @param names whether a {@link HostCheck#canonical} name is its own: not another member's, which
   *     may listen on the same port
   */
  OwnAddresses(Set<Integer> ports, Set<String> allowed, Predicate<String> names) {
    this.ports = Set.copyOf(ports);
    this.allowed = Set.copyOf(allowed);
    this.names = names;
  }

  @Override
  public boolean test(String address) {
    HostPort parsed;
    try {
      parsed = HostPort.parse(address);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (!ports.contains(parsed.port())) {
      return false;
    }
    String host = HostCheck.canonical(parsed.host());
    return host.equals("localhost")
        || allowed.contains(host)
        || names.test(host)
        || isOfThisMachine(host);
  }

  private static boolean isOfThisMachine(String host) {
    String literal = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    if (!LITERAL.matcher(literal).matches()) {
      return false;
    }
    try {
      InetAddress address = InetAddress.getByName(literal);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (UnknownHostException | SocketException e) {
      return false;
    }
  }
}
