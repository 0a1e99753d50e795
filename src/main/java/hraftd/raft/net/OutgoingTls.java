package hraftd.raft.net;

import hraftd.raft.HostPort;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ByteChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import tlschannel.ClientTlsChannel;
import tlschannel.HeapBufferAllocator;
import tlschannel.TlsChannel;

/** The TLS handshake of the end that opens a connection. Stateless. */
final class OutgoingTls {

  private OutgoingTls() {}

  /**
   * What to read from and to write to, when the other end has shown a certificate that names the
   * host.
   *
   * @param to who the other end has to be
   * @throws NoTlsException if it does not speak TLS
   * @throws SSLException if it is not, or something else is wrong
   */
  static ByteChannel over(TimedBytes bytes, PortTls tls, HostPort to) throws IOException {
    SSLEngine engine = TlsEngines.opener(tls.context(), to);
    TlsChannel channel =
        ClientTlsChannel.newBuilder(bytes, engine)
            .withEncryptedBufferAllocator(new HeapBufferAllocator())
            .withReleaseBuffers(false)
            .build();
    try {
      channel.handshake();
      return channel;
    } catch (SSLException e) {
      TlsEngines.tellWhy(engine, bytes);
      throw e;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw bytes.hasReceived() ? e : new NoTlsException(e);
    }
  }
}
