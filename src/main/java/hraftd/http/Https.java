package hraftd.http;

import javax.net.ssl.SSLContext;

/**
 * That a server speaks HTTPS, and with what.
 *
 * @param context with its certificate, and the authorities whose clients it believes
 * @param optional true if plain HTTP is taken on the same port, too: while TLS is being turned on
 * @param clientCertificates true if clients must show one
 */
public record Https(SSLContext context, boolean optional, boolean clientCertificates) {}
