package hraftd.http;

import hraftd.security.CertificateName;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** The certificate that a client has shown when it connected. */
final class ClientCertificate {

  /** Where a session keeps the name: to take a certificate apart for each request costs more. */
  private static final String KEPT = ClientCertificate.class.getName();

  private static final String NAMELESS = "";

  private ClientCertificate() {}

  /** Whose it is, by the common name; null if none was shown, or it has no such name. */
  static @Nullable String name(Request request) {
    EndPoint.SslSessionData shown =
        request.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
    X509Certificate[] chain = shown == null ? null : shown.peerCertificates();
    if (shown == null || chain == null || chain.length == 0) {
      return null;
    }
    SSLSession session = shown.sslSession();
    if (session.getValue(KEPT) instanceof String kept) {
      return kept.equals(NAMELESS) ? null : kept;
    }
    String name = CertificateName.of(chain[0]);
    session.putValue(KEPT, name == null ? NAMELESS : name);
    return name;
  }
}
