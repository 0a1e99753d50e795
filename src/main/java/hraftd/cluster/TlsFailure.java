package hraftd.cluster;

import hraftd.raft.HostPort;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Says in a few words why no TLS came about with another node, of what the JDK throws. */
final class TlsFailure {

  /** In Java's own words, which are all that tells this from other failures; in lower case. */
  private static final String NO_TLS = "unrecognized ssl message";

  private static final String ALERT = "Received fatal alert: ";

  private TlsFailure() {}

  /** True if what is there speaks something else: no request has got there. */
  static boolean isNoTls(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      if (cause instanceof SSLException && said.contains(NO_TLS)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Why, for people; null if it was something else than the beginning of TLS: then a request may
   * have got there.
   */
  static @Nullable String why(HostPort http, Throwable failure) {
    if (isNoTls(failure)) {
      return "it speaks no TLS";
    }
    SSLHandshakeException handshake = find(SSLHandshakeException.class, failure);
    if (handshake == null) {
      return null;
    }
    String said = String.valueOf(handshake.getMessage());
    if (said.startsWith(ALERT)) {
      return "it refuses our certificate or ways: " + said.substring(ALERT.length());
    }
    if (find(CertificateExpiredException.class, failure) != null) {
      return "its certificate has expired";
    }
    if (find(CertificateNotYetValidException.class, failure) != null) {
      return "its certificate is not valid yet";
    }
    if (find(CertPathBuilderException.class, failure) != null) {
      return "its certificate is of no authority in -ca";
    }
    CertificateException certificate = find(CertificateException.class, failure);
    if (certificate != null && names(certificate)) {
      return "its certificate does not name " + http.host();
    }
    return said;
  }

  private static boolean names(CertificateException failure) {
    String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    return said.contains("subject alternative") || said.contains("no name matching");
  }

  private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
