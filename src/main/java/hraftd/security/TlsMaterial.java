package hraftd.security;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a node shows of itself, and whom it believes: its key, the chain of its certificate, and the
 * certificates of authorities. Immutable, and of one piece: the key is the certificate's.
 *
 * @param key of the first certificate
 * @param chain the node's own certificate first, then its issuer's, and so on
 * @param authorities whose certificates are believed
 */
record TlsMaterial(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {

  /**
   * How long a client that was here may come again without showing its certificate anew: what has
   * expired or was taken from the authorities must not be good for a day, as Java has it.
   */
  private static final int SESSION_SECONDS = 3600;

  TlsMaterial {
    chain = List.copyOf(chain);
    authorities = List.copyOf(authorities);
  }

  /**
   * Reads it.
   *
   * @param names of the files with the certificates, the key and the authorities, for people
   * @param contents of these files
   * @throws UnusableFileException if one is not what it should be, or they do not go together
   */
  static TlsMaterial parse(List<String> names, List<byte[]> contents) throws UnusableFileException {
    List<X509Certificate> chain = PemCertificates.parse(names.get(0), contents.get(0));
    PemCertificates.checkChain(names.get(0), chain);
    PrivateKey key = PemKey.parse(names.get(1), contents.get(1));
    if (!PemKey.belongs(key, chain.get(0).getPublicKey())) {
      throw new UnusableFileException(
          names.get(1)
              + " is not the key of the first certificate in "
              + names.get(0)
              + ", the one of '"
              + chain.get(0).getSubjectX500Principal()
              + "'");
    }
    return new TlsMaterial(key, chain, PemCertificates.parse(names.get(2), contents.get(2)));
  }

  /** From when on nobody believes it any more: when the first of the chain expires. */
  Instant expires() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /** Before that nobody believes it yet. */
  Instant begins() {
    return chain.stream()
        .map(certificate -> certificate.getNotBefore().toInstant())
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /**
   * A new context of the JDK's with it, which knows of no session.
   *
   * @throws UnusableFileException if the JDK does not take it
   */
  SSLContext context() throws UnusableFileException {
    try {
      char[] password = new char[0];
      KeyStore own = empty();
      own.setKeyEntry("node", key, password, chain.toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, password);
      KeyStore believed = empty();
      for (int i = 0; i < authorities.size(); i++) {
        believed.setCertificateEntry("ca-" + i, authorities.get(i));
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(believed);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new UnusableFileException("Java does not take the certificates: " + e.getMessage(), e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
