package hraftd.raft.net;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a certificate may be shown for: its extended key usages, as RFC 5280 has them (4.2.1.12).
 * Stateless, for any thread.
 */
final class CertificateUses {

  private static final String AS_SERVER = "1.3.6.1.5.5.7.3.1";
  private static final String AS_ANYTHING = "2.5.29.37.0";

  private CertificateUses() {}

  /**
   * True if a server may show it, as a node's is for both ends of a connection: what a client of
   * the same authority has must not do for a node. One without such usages is for everything.
   */
  static boolean includeServing(X509Certificate certificate) {
    try {
      List<String> usages = certificate.getExtendedKeyUsage();
      return usages == null || usages.contains(AS_ANYTHING) || usages.contains(AS_SERVER);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}
