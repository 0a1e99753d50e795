package hraftd.raft.net;

import hraftd.raft.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * A connection whose {@link Preamble}, or the proof that belongs to it, is not there yet, and as
 * much of it as is.
 */
final class Applicant implements Closeable {
  private final SocketChannel channel;
  private final PortSecurity security;
  private final IncomingWire wire;
  private final InetSocketAddress remote;
  private final long deadline;
  private final byte[] header = new byte[Preamble.HEADER_BYTES];
  private final ByteBuffer headerBuffer = ByteBuffer.wrap(header);
  private byte @Nullable [] body;
  private ByteBuffer bodyBuffer = ByteBuffer.allocate(0);
  private @Nullable Preamble preamble;

  /** Why it is refused by what it has come with; null if it is not. Known with the preamble. */
  private @Nullable Verdict unfit;

  private @Nullable Examination examination;
  private ByteBuffer proofBuffer = ByteBuffer.allocate(0);

  /** What has been accepted; the deadline is on the scale of {@link System#nanoTime()}. */
  Applicant(SocketChannel channel, IncomingWire wire, PortSecurity security, long deadline)
      throws IOException {
    this.channel = channel;
    this.security = security;
    this.wire = wire;
    this.deadline = deadline;
    this.remote = (InetSocketAddress) channel.getRemoteAddress();
  }

  SocketChannel channel() {
    return channel;
  }

  /** What it is spoken over. */
  IncomingWire wire() {
    return wire;
  }

  /** Where it comes from, for people. */
  HostPort remote() {
    return new HostPort(remote.getAddress().getHostAddress(), remote.getPort());
  }

  long deadline() {
    return deadline;
  }

  /**
   * Reads what has come, and nothing behind the preamble and the proof of the secret, which it asks
   * for; does not block.
   *
   * @return the preamble, or null if it is not whole yet, or not proved
   * @throws UnknownFormatException if it is of a layout that this version does not know
   * @throws IllegalArgumentException if it is not a preamble
   */
  @Nullable Preamble read() throws IOException {
    if (preamble == null) {
      preamble = readPreamble();
      if (preamble == null) {
        return null;
      }
      unfit = judgeWire();
    }
    if (unfit != null) {
      return preamble;
    }
    if (examination == null) {
      examination = examine(preamble);
    }
    if (!filled(proofBuffer)) {
      return null;
    }
    examination.answered(proofBuffer.array());
    return preamble;
  }

  private @Nullable Preamble readPreamble() throws IOException {
    if (!filled(headerBuffer)) {
      return null;
    }
    if (body == null) {
      body = new byte[checkedBodyBytes()];
      bodyBuffer = ByteBuffer.wrap(body);
    }
    return filled(bodyBuffer) ? Preamble.decode(header, body) : null;
  }

  private Examination examine(Preamble whole) throws IOException {
    byte[] greeting = Arrays.copyOf(header, header.length + bodyBuffer.capacity());
    System.arraycopy(bodyBuffer.array(), 0, greeting, header.length, bodyBuffer.capacity());
    Examination begun = new Examination(security.secrets(), whole, greeting);
    byte[] challenge = begun.challenge();
    if (challenge != null) {
      say(challenge);
      proofBuffer = ByteBuffer.allocate(SecretProof.BYTES);
    }
    return begun;
  }

  private @Nullable Verdict judgeWire() throws SSLPeerUnverifiedException {
    if (security.tlsAlone() && !wire.isSecured()) {
      return new Verdict(Verdict.Reason.TLS_ALONE, "");
    }
    X509Certificate shown = wire.certificate();
    return shown == null || CertificateUses.includeServing(shown)
        ? null
        : new Verdict(Verdict.Reason.CLIENTS_ALONE, "");
  }

  /** Why it is refused, whatever its preamble says, when that has been read; null if it is not. */
  @Nullable Verdict refusal() {
    if (unfit != null) {
      return unfit;
    }
    return examination == null ? null : examination.refusal();
  }

  /** Tells it; with the proof of the secret, if it has shown that it knows it. */
  void tell(Verdict verdict) throws IOException {
    say(examination == null ? verdict.encode() : examination.answer(verdict));
  }

  /** These are the first few bytes on a connection: the kernel has room for them. */
  private void say(byte[] bytes) throws IOException {
    wire.write(bytes);
  }

  private boolean filled(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int count = wire.read(buffer);
      if (count < 0) {
        throw new IOException("closed before the end of the greeting");
      }
      if (count == 0) {
        return false;
      }
    }
    return true;
  }

  private int checkedBodyBytes() throws UnknownFormatException {
    WireReader.check(
        header[0] != TlsEngines.FIRST_BYTE, "it speaks TLS (-cert), which is not spoken here");
    WireReader.check(
        Preamble.hasMagic(header),
        "it begins with '" + new String(header, StandardCharsets.ISO_8859_1) + "'");
    if (!Preamble.isKnown(Preamble.layout(header))) {
      throw new UnknownFormatException(Preamble.layout(header));
    }
    int length = Preamble.bodyBytes(header);
    WireReader.check(length <= Preamble.MAX_BODY_BYTES, "a greeting of " + length + " bytes");
    return length;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Of no use any more, closed or not.
    }
  }

  /** The other end speaks another version's format. */
  static final class UnknownFormatException extends IOException {
    private static final long serialVersionUID = 1;

    UnknownFormatException(byte layout) {
      super("it greets as in wire format " + layout + ", this node speaks " + FormatRange.OWN);
    }
  }
}
