package hraftd.raft.net;

import hraftd.raft.HostPort;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection whose {@link Preamble} is not there yet, and as much of it as is. */
final class Applicant implements Closeable {
  private final SocketChannel channel;
  private final InetSocketAddress remote;
  private final long deadline;
  private final byte[] header = new byte[Preamble.HEADER_BYTES];
  private final ByteBuffer headerBuffer = ByteBuffer.wrap(header);
  private byte @Nullable [] body;
  private ByteBuffer bodyBuffer = ByteBuffer.allocate(0);

  /** What has been accepted; the deadline is on the scale of {@link System#nanoTime()}. */
  Applicant(SocketChannel channel, long deadline) throws IOException {
    this.channel = channel;
    this.deadline = deadline;
    this.remote = (InetSocketAddress) channel.getRemoteAddress();
  }

  SocketChannel channel() {
    return channel;
  }

  /** Where it comes from, for people. */
  HostPort remote() {
    return new HostPort(remote.getAddress().getHostAddress(), remote.getPort());
  }

  long deadline() {
    return deadline;
  }

  /**
   * Reads what has come, and nothing behind the preamble; does not block.
   *
   * @return the preamble, or null if it is not whole yet
   * @throws UnknownFormatException if it is of a layout that this version does not know
   * @throws IllegalArgumentException if it is not a preamble
   */
  @Nullable Preamble read() throws IOException {
    if (!filled(headerBuffer)) {
      return null;
    }
    if (body == null) {
      body = new byte[checkedBodyBytes()];
      bodyBuffer = ByteBuffer.wrap(body);
    }
    return filled(bodyBuffer) ? Preamble.decode(header, body) : null;
  }

  private boolean filled(ByteBuffer buffer) throws IOException {
    if (buffer.hasRemaining() && channel.read(buffer) < 0) {
      throw new IOException("closed before the end of the greeting");
    }
    return !buffer.hasRemaining();
  }

  private int checkedBodyBytes() throws UnknownFormatException {
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
