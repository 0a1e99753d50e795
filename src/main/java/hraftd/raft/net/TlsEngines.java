package hraftd.raft.net;

import hraftd.raft.HostPort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/** TLS as it is spoken on the Raft port: 1.3, and both ends show a certificate. Stateless. */
final class TlsEngines {

  /** With this byte every connection begins on which TLS is spoken. */
  static final byte FIRST_BYTE = 0x16;

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private TlsEngines() {}

  /** For who listens. Whose certificate it is that comes is for others to see. */
  static SSLEngine listener(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** For who opens a connection: the other end's certificate has to name this host. */
  static SSLEngine opener(SSLContext context, HostPort to) {
    SSLEngine engine = context.createSSLEngine(to.host(), to.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  /**
   * Tells the other end why a handshake has failed, if there is anything to tell and it listens.
   */
  static void tellWhy(SSLEngine failed, WritableByteChannel to) {
    ByteBuffer alert = ByteBuffer.allocate(failed.getSession().getPacketBufferSize());
    try {
      var unused = failed.wrap(ByteBuffer.allocate(0), alert);
      alert.flip();
      to.write(alert);
    } catch (IOException e) {
      // It does not want to know.
    }
  }
}
