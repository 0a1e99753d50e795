package hraftd.security;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the certificates of a PEM file, and knows what a node's must be like. */
final class PemCertificates {

  private static final String LABEL = "CERTIFICATE";

  /** RFC 5280, 4.2.1.12: what a certificate with extended key usages may be shown for. */
  private static final String AS_SERVER = "1.3.6.1.5.5.7.3.1";

  private static final String AS_CLIENT = "1.3.6.1.5.5.7.3.2";
  private static final String AS_ANYTHING = "2.5.29.37.0";

  private PemCertificates() {}

  /**
   * All certificates of a file, in their order; at least one.
   *
   * @param name of the file, for people
   * @throws UnusableFileException if there is none, or one that cannot be read
   */
  static List<X509Certificate> parse(String name, byte[] file) throws UnusableFileException {
    List<X509Certificate> found = new ArrayList<>();
    for (Pem block : Pem.blocks(name, file)) {
      if (block.label().equals(LABEL)) {
        found.add(certificate(name, block.content()));
      }
    }
    if (found.isEmpty()) {
      throw new UnusableFileException(name + ": no 'BEGIN CERTIFICATE' is in it");
    }
    return found;
  }

  private static X509Certificate certificate(String name, byte[] der) throws UnusableFileException {
    ByteArrayInputStream bytes = new ByteArrayInputStream(der);
    try {
      X509Certificate read =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
      if (bytes.available() > 0) {
        throw new UnusableFileException(name + ": more than a certificate is in a block");
      }
      return read;
    } catch (CertificateException | RuntimeException e) {
      throw new UnusableFileException(name + ": a certificate in it cannot be read", e);
    }
  }

  /**
   * Looks at what a node shows: each must be issued by the next, and the first be good for both
   * ends of a connection, as nodes call each other.
   *
   * @throws UnusableFileException if it is not so
   */
  static void checkChain(String name, List<X509Certificate> chain) throws UnusableFileException {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate issued = chain.get(i - 1);
      if (!issued.getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
        throw new UnusableFileException(
            name
                + ": after the certificate of '"
                + issued.getSubjectX500Principal()
                + "' must come the one of its issuer, '"
                + issued.getIssuerX500Principal()
                + "'");
      }
    }
    List<String> usages;
    try {
      usages = chain.get(0).getExtendedKeyUsage();
    } catch (CertificateException e) {
      throw new UnusableFileException(name + ": its extended key usage cannot be read", e);
    }
    if (usages != null
        && !usages.contains(AS_ANYTHING)
        && !(usages.contains(AS_SERVER) && usages.contains(AS_CLIENT))) {
      throw new UnusableFileException(
          name
              + ": nodes call each other: its extended key usage must have serverAuth and"
              + " clientAuth");
    }
  }
}
