package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one member, in the newest wire format that both know. {@link #connect} is for one
 * thread, the other methods are for any.
 */
final class PeerDialer {

  private final NodeId peer;
  private final Supplier<Preamble> preamble;
  private final PortSecurity security;
  private final RivalClaims rivals;
  private final Consumer<Throwable> onError;
  private final RateLimitedLog log;

  /** How often it was connected to, or tried. Only the connecting thread uses it. */
  private int attempts;

  /** What was agreed on last; null if nothing has been yet. */
  private volatile @Nullable WireFormat format;

  /** What becomes a connection, while it is made. Only the connecting thread sets it. */
  private volatile @Nullable Socket attempt;

  /**
   * Connects to nobody yet.
   *
   * @param preamble what to say first, at each connection
   * @param security asked anew at each connection
   * @param rivals hears whether this process is refused as there is an older one
   * @param onError hears that this lasts
   */
  PeerDialer(
      NodeId peer,
      Supplier<Preamble> preamble,
      PortSecurity security,
      RivalClaims rivals,
      Consumer<Throwable> onError,
      RateLimitedLog log) {
    this.peer = peer;
    this.preamble = preamble;
    this.security = security;
    this.rivals = rivals;
    this.onError = onError;
    this.log = log;
  }

  /** The newest format that it has said it understands; null if it has said nothing yet. */
  @Nullable WireFormat said() {
    return format;
  }

  /**
   * A connection that was greeted, and opened. In the newest format first, each time: so a peer is
   * known soon that was replaced.
   *
   * @throws RefusedException if the peer does not want us
   * @throws UntrustedPeerException if it does not prove the secret, or is not the host of its
   *     certificate
   * @throws IOException if it cannot be reached, or {@link #abort} was called meanwhile
   */
  PeerConnection connect(HostPort to) throws IOException {
    InetAddress[] found = InetAddress.getAllByName(to.host());
    InetAddress chosen = found[Math.floorMod(attempts++, found.length)];
    PeerConnection made = greetNewestFirst(new InetSocketAddress(chosen, to.port()), to);
    rivals.admitted(peer);
    WireFormat agreed = made.format();
    if (agreed != WireFormat.NEWEST) {
      log.warn(
          "format " + peer,
          () -> peer.id() + " at " + to + " is older: wire format " + agreed.number());
    }
    format = agreed;
    return made;
  }

  private PeerConnection greetNewestFirst(InetSocketAddress address, HostPort to)
      throws IOException {
    try {
      return greet(address, to, preamble);
    } catch (RefusedException e) {
      if (e.verdict().reason() == Verdict.Reason.CLAIMED_TWICE) {
        Throwable lasts = rivals.refused(peer, e.asked().from(), String.valueOf(e.getMessage()));
        if (lasts != null) {
          onError.accept(lasts);
        }
      }
      Preamble older = Greeting.older(e.asked(), e.verdict());
      if (older == null) {
        throw e;
      }
      return greet(address, to, () -> older);
    }
  }

  private PeerConnection greet(InetSocketAddress address, HostPort to, Supplier<Preamble> said)
      throws IOException {
    try {
      return greet(address, new Greeting(to, said, security));
    } catch (NoTlsException e) {
      if (security.tlsAlone()) {
        throw e;
      }
      PeerConnection made = greet(address, new Greeting(to, said, security.withoutTls()));
      log.warn("plain " + peer, () -> peer.id() + " at " + to + " has no TLS yet (-tls-optional)");
      return made;
    }
  }

  private PeerConnection greet(InetSocketAddress address, Greeting greeting) throws IOException {
    Socket socket = new Socket();
    attempt = socket;
    try {
      return greeting.over(socket, address);
    } finally {
      attempt = null;
    }
  }

  /** Ends an attempt to connect that is being made. */
  void abort() {
    Socket unfinished = attempt;
    if (unfinished != null) {
      try {
        unfinished.close();
      } catch (IOException e) {
        // Of no use any more, closed or not.
      }
    }
  }
}
