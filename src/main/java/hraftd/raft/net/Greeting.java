package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.WireFormat;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection begins, at the end that opens it: a {@link Preamble}, the proof of the secret if
 * there is one, the answer, and {@link Frame#opening}.
 */
final class Greeting {

  /** Much longer than a network within a cluster takes. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(300);

  /** For all answers; longer than a short pause of the peer's garbage collector. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofMillis(500);

  /** As long as two round trips and some arithmetic take, on processors that have more to do. */
  private static final Duration TLS_TIMEOUT = Duration.ofSeconds(1);

  private final HostPort to;
  private final Supplier<Preamble> said;
  private final PortSecurity security;

  /**
   * Of one node by this one.
   *
   * @param to whom a certificate has to name
   * @param said asked for when the way is open, as a preamble tells an age
   * @param security asked for at the same moment
   */
  Greeting(HostPort to, Supplier<Preamble> said, PortSecurity security) {
    this.to = to;
    this.said = said;
    this.security = security;
  }

  /**
   * Connects, greets and opens; takes no longer than the timeouts. Closes the socket if it fails;
   * another thread may close it to end this at once. What is spoken is the newest format of those
   * that the preamble names and the peer knows.
   *
   * @param socket not connected yet
   * @throws RefusedException if the peer does not want us
   * @throws UntrustedPeerException if it does not prove the secret, or is not the host of its
   *     certificate
   * @throws NoTlsException if it does not speak TLS
   */
  PeerConnection over(Socket socket, InetSocketAddress address) throws IOException {
    try {
      socket.connect(address, (int) CONNECT_TIMEOUT.toMillis());
      if (socket.getLocalSocketAddress().equals(address)) {
        // TCP can do that where nobody listens, if the kernel takes this port for our end.
        throw new ConnectException("connected to itself");
      }
      socket.setTcpNoDelay(true);
      TimedBytes bytes = new TimedBytes(socket);
      Wire wire = wire(socket, bytes);
      bytes.within(ANSWER_TIMEOUT);
      SecretExchange exchange = new SecretExchange(security.secrets());
      Preamble preamble = exchange.offeredBy(said.get());
      wire.out().write(preamble.encode());
      Verdict verdict = exchange.answer(preamble, new AnswerReader(wire.in()), wire.out());
      if (verdict.reason() != Verdict.Reason.ADMITTED) {
        throw new RefusedException(verdict, preamble);
      }
      bytes.withoutLimit();
      WireFormat format = agreed(preamble, verdict);
      PeerConnection made = new PeerConnection(preamble.to(), wire, format, /* outgoing= */ true);
      if (Frame.isChecked(format)) {
        made.send(Frame.opening(format));
      }
      return made;
    } catch (SSLException e) {
      socket.close();
      throw new UntrustedPeerException("TLS: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private Wire wire(Socket socket, TimedBytes bytes) throws IOException {
    PortTls tls = security.tls();
    if (tls == null) {
      return Wire.over(socket, bytes);
    }
    bytes.within(TLS_TIMEOUT);
    return Wire.over(socket, OutgoingTls.over(bytes, tls, to));
  }

  private static WireFormat agreed(Preamble asked, Verdict verdict) throws IOException {
    FormatRange only = asked.formats();
    FormatRange formats = only.least() == only.newest() ? only : verdict.formats();
    WireFormat common = formats == null ? null : formats.common();
    if (common == null) {
      throw new IOException("what listens there does not say which wire format it speaks");
    }
    return common;
  }

  /**
   * What to say to a peer that has refused this preamble because it does not understand it, so that
   * it does; null if there is nothing. Only who says itself that it is older is spoken to as such:
   * one that does not answer, or hangs up, may be about to start. Who demands a proof of the secret
   * does not fall back to what knows none.
   */
  static @Nullable Preamble older(Preamble refused, Verdict verdict) {
    ProofOffer offer = refused.offer();
    if (offer != null && offer.required()) {
      return null;
    }
    FormatRange formats = verdict.formats();
    WireFormat common = formats == null ? null : formats.common();
    if (common == null || verdict.reason() != Verdict.Reason.UNKNOWN_FORMAT) {
      return null;
    }
    return common.number() < refused.formats().newest() ? refused.in(common) : null;
  }
}
