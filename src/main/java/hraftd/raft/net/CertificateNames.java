package hraftd.raft.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts a certificate is for: its subject alternative names, as RFC 6125 has them. Asks no
 * name service. Stateless, for any thread.
 */
final class CertificateNames {

  // The kinds of names, as X509Certificate numbers them.
  private static final int DNS = 2;
  private static final int IP = 7;

  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

  /** What Java reads as an address, or as nothing: it looks up whatever else it is given. */
  private static final Pattern ADDRESS =
      Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}|(?=.*:)[0-9A-Fa-f:][0-9A-Fa-f:.]*");

  private CertificateNames() {}

  /** True if it names this host: a name, or an address. */
  static boolean include(X509Certificate certificate, String host) {
    Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return false;
    }
    if (names == null) {
      return false;
    }
    InetAddress address = address(host);
    for (List<?> name : names) {
      int kind = (Integer) name.get(0);
      if (kind == IP && address != null && address.equals(address((String) name.get(1)))) {
        return true;
      }
      if (kind == DNS && address == null && matches((String) name.get(1), host)) {
        return true;
      }
    }
    return false;
  }

  /** The address that is written so; null if it is a name. */
  private static @Nullable InetAddress address(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** A star stands for the whole first label and nothing else, and not before a top level name. */
  private static boolean matches(String pattern, String host) {
    String wanted = plain(host);
    String named = plain(pattern);
    if (!named.startsWith("*.")) {
      return named.equals(wanted);
    }
    String rest = named.substring(1);
    int dot = wanted.indexOf('.');
    return dot > 0 && rest.indexOf('.', 1) > 0 && wanted.substring(dot).equals(rest);
  }

  private static String plain(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }
}
