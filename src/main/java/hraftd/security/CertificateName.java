package hraftd.security;

import java.security.cert.X509Certificate;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Who somebody is by the certificate that they show. */
public final class CertificateName {

  private CertificateName() {}

  /** The common name of its subject, the most specific if there are more; null if it has none. */
  public static @Nullable String of(X509Certificate certificate) {
    return of(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253));
  }

  static @Nullable String of(String subject) {
    try {
      List<Rdn> parts = new LdapName(subject).getRdns();
      for (int i = parts.size() - 1; i >= 0; i--) {
        Attribute name = parts.get(i).toAttributes().get("CN");
        // Bytes, if it is of no kind of text.
        if (name != null && name.get() instanceof String text && !text.isEmpty()) {
          return text;
        }
      }
      return null;
    } catch (InvalidNameException e) {
      return null;
    } catch (NamingException e) {
      throw new IllegalStateException("nothing is looked up", e);
    }
  }
}
