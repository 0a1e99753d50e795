package hraftd.cluster;

import javax.net.ssl.SSLContext;

/**
 * How other nodes are asked over HTTPS.
 *
 * @param context with this node's certificate, which it shows, and the authorities it believes
 * @param optional true if one that speaks no TLS is asked over plain HTTP
 */
public record PeerTls(SSLContext context, boolean optional) {}
