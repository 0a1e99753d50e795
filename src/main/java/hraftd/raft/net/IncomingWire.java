package hraftd.raft.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import tlschannel.HeapBufferAllocator;
import tlschannel.NeedsReadException;
import tlschannel.NeedsTaskException;
import tlschannel.ServerTlsChannel;

/**
 * A connection that has come in, and what is spoken on it: TLS or plain, which its first byte
 * tells. The handshake goes on while it is read, and never waits as long as the channel does not.
 * For one thread.
 */
final class IncomingWire {

  private final SocketChannel channel;
  private final @Nullable PortTls tls;
  private final HandshakePace pace;

  /** Null as long as it is not known what is spoken. */
  private @Nullable ByteChannel spoken;

  private @Nullable ServerTlsChannel secured;

  private boolean counted;

  /**
   * On this channel.
   *
   * @param tls null if all is plain
   * @param pace of all of them together
   */
  IncomingWire(SocketChannel channel, @Nullable PortTls tls, HandshakePace pace) {
    this.pace = pace;
    this.channel = channel;
    this.tls = tls;
  }

  /** Reads what has come: how many bytes, 0 if there is nothing yet, -1 at the end. */
  int read(ByteBuffer to) throws IOException {
    if (spoken == null) {
      ByteBuffer first = ByteBuffer.allocate(1);
      int count = channel.read(first);
      if (count <= 0) {
        return count;
      }
      spoken = recognized(first.get(0));
    }
    while (true) {
      try {
        return spoken.read(to);
      } catch (NeedsReadException e) {
        return 0;
      } catch (NeedsTaskException e) {
        if (!counted) { // Now that the other end has said enough to make it cost something.
          pace.count(channel.socket().getInetAddress());
          counted = true;
        }
        e.getTask().run();
      }
    }
  }

  private ByteChannel recognized(byte first) {
    ByteChannel all = new FirstByteChannel(first, channel);
    if (tls == null || first != TlsEngines.FIRST_BYTE) {
      return all;
    }
    secured =
        ServerTlsChannel.newBuilder(all, tls.context())
            .withEngineFactory(TlsEngines::listener)
            .withEncryptedBufferAllocator(new HeapBufferAllocator())
            .withReleaseBuffers(false)
            .withRunTasks(false)
            .build();
    return secured;
  }

  /** Says something, when something was read. */
  void write(byte[] bytes) throws IOException {
    (spoken == null ? channel : spoken).write(ByteBuffer.wrap(bytes));
  }

  /** True if TLS is spoken. */
  boolean isSecured() {
    return secured != null;
  }

  /** What the other end has shown, when something was read; null if all is plain. */
  @Nullable X509Certificate certificate() throws SSLPeerUnverifiedException {
    if (secured == null) {
      return null;
    }
    Certificate[] chain = secured.getSslEngine().getSession().getPeerCertificates();
    return (X509Certificate) chain[0];
  }

  /** Tells the other end why the handshake has failed, as it has. */
  void tellWhy() {
    if (secured != null && secured.getSslEngine() != null) {
      TlsEngines.tellWhy(secured.getSslEngine(), channel);
    }
  }

  /** The same when the greeting is over, and the channel waits from now on. */
  Wire greeted() throws IOException {
    return secured == null ? Wire.plain(channel.socket()) : Wire.over(channel.socket(), secured);
  }
}
