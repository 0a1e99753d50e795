package hraftd.raft.net;

import org.jspecify.annotations.Nullable;

/**
 * What the Raft port asks of whoever is at the other end of a connection.
 *
 * @param secrets what is to be proved
 * @param tls what is needed for TLS; null: it is not spoken
 */
public record PortSecurity(PortSecrets secrets, @Nullable PortTls tls) {

  /** Nothing: whoever reaches the port is taken for who he says he is. */
  public static final PortSecurity NONE = new PortSecurity(PortSecrets.NONE, null);

  /** The same for who has no TLS. */
  PortSecurity withoutTls() {
    return new PortSecurity(secrets, null);
  }

  /** True if nobody is talked to without TLS. */
  boolean tlsAlone() {
    return tls != null && !tls.optional();
  }
}
