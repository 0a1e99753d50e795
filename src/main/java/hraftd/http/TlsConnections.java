package hraftd.http;

import hraftd.text.BoundedLog;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.DetectorConnectionFactory;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.LoggerFactory;

/**
 * The connections of a port that speaks HTTPS, told from others by their first bytes. What is not
 * TLS is taken as plain HTTP if that is allowed; else it is told so, whatever it is, and nothing of
 * it is read.
 */
final class TlsConnections extends DetectorConnectionFactory {

  private static final BoundedLog LOG =
      new BoundedLog(LoggerFactory.getLogger(TlsConnections.class));

  private static final byte[] REFUSAL = refusal();

  private final boolean plainToo;

  /** The connections of a server. */
  TlsConnections(Https https) {
    super(tls(https));
    this.plainToo = https.optional();
  }

  private static SslConnectionFactory tls(Https https) {
    SslConnectionFactory tls =
        new SslConnectionFactory(contextFactory(https), HttpVersion.HTTP_1_1.asString());
    // It compares Host with the certificate; what a node goes by is looked at for plain HTTP, too.
    tls.setEnsureSecureRequestCustomizer(false);
    return tls;
  }

  private static SslContextFactory.Server contextFactory(Https https) {
    SslContextFactory.Server factory = new SslContextFactory.Server();
    factory.setSslContext(https.context());
    factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    factory.setNeedClientAuth(https.clientCertificates());
    factory.setRenegotiationAllowed(false);
    return factory;
  }

  @Override
  protected void nextProtocol(Connector connector, EndPoint endPoint, ByteBuffer begin) {
    if (plainToo) {
      super.nextProtocol(connector, endPoint, begin);
      return;
    }
    LOG.info("no TLS from {}: refused", endPoint.getRemoteSocketAddress());
    endPoint.write(
        /* last= */ true,
        ByteBuffer.wrap(REFUSAL),
        Callback.from(endPoint::close, endPoint::close));
  }

  private static byte[] refusal() {
    Reply reply = Problem.badRequest("this port speaks https, not http").reply();
    String head =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: "
            + reply.contentType()
            + "\r\nContent-Length: "
            + reply.body().length
            + "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    whole.writeBytes(reply.body());
    return whole.toByteArray();
  }
}
