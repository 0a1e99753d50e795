package hraftd.raft.net;

import javax.net.ssl.SSLContext;

/**
 * What TLS on the Raft port needs. Asked anew at each connection, at both of its ends. Any thread;
 * must not wait for anything, and must not throw.
 */
public interface PortTls {

  /**
   * With this node's key and certificate, and the authorities whose certificates are trusted at the
   * other end. Another one as soon as any of them has changed: what was agreed on under an earlier
   * one is of no use under it.
   */
  SSLContext context();

  /**
   * True while a cluster gets its certificates, node by node: whoever has none is talked to in
   * plain, too.
   */
  boolean optional();
}
