package hraftd.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority whose certificates are good for tests: made in memory, each time anew, and its keys
 * are never on a disk. Writes certificates as X.509 has them (RFC 5280), by hand, as Java has
 * nothing for it. Any thread.
 */
public final class InMemoryAuthority {

  private static final Duration VALID = Duration.ofDays(1);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final char[] PASSWORD = "none".toCharArray();

  // Tags, and two objects by their names.
  private static final int INTEGER = 0x02;
  private static final int BITS = 0x03;
  private static final int OCTETS = 0x04;
  private static final int UTF8 = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;
  private static final byte[] ECDSA = der(SEQUENCE, hex("06082a8648ce3d040302"));
  private static final byte[] COMMON_NAME = hex("0603550403");
  private static final byte[] ALTERNATIVE_NAMES = hex("0603551d11");
  private static final byte[] FOR_CLIENTS_ALONE =
      der(SEQUENCE, hex("0603551d25"), der(OCTETS, der(SEQUENCE, hex("06082b06010505070302"))));
  private static final byte[] CONSTRAINTS_OF_AN_AUTHORITY =
      der(SEQUENCE, hex("0603551d13"), hex("0101ff"), hex("040530030101ff"));

  private static final AtomicInteger SERIAL = new AtomicInteger(1);

  private final String name;
  private final KeyPair keys = keys();
  private final X509Certificate certificate;

  /** One of this name. */
  public InMemoryAuthority(String name) {
    this.name = name;
    this.certificate =
        sign(name, keys.getPublic(), Instant.now().plus(VALID), CONSTRAINTS_OF_AN_AUTHORITY);
  }

  /** With a key, a certificate of this authority for these hosts, and trust in it alone. */
  public SSLContext context(String... hosts) {
    return context(VALID, hosts);
  }

  /** The same with a certificate that ends so much later than now, which may be before. */
  public SSLContext context(Duration valid, String... hosts) {
    KeyPair own = keys();
    return context(
        own, sign("node", own.getPublic(), Instant.now().plus(valid), alternativeNames(hosts)));
  }

  /** The same with a certificate whose extended key usage is clientAuth, and nothing else. */
  public SSLContext clientContext(String... hosts) {
    KeyPair own = keys();
    Instant end = Instant.now().plus(VALID);
    return context(
        own, sign("client", own.getPublic(), end, alternativeNames(hosts), FOR_CLIENTS_ALONE));
  }

  /** A certificate for these hosts. */
  public X509Certificate certificate(String... hosts) {
    return sign("node", keys().getPublic(), Instant.now().plus(VALID), alternativeNames(hosts));
  }

  private SSLContext context(KeyPair own, X509Certificate shown) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "own", own.getPrivate(), PASSWORD, new X509Certificate[] {shown, certificate});
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", certificate);
      // The other kind, PKIX, opens the store anew at each handshake: that takes longer than all
      // else.
      KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("SunX509");
      keyManagers.init(store, PASSWORD);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Trust in this authority, and no certificate. */
  public SSLContext trustAlone() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("authority", certificate);
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private X509Certificate sign(String subject, PublicKey key, Instant end, byte[]... extensions) {
    byte[] content =
        der(
            SEQUENCE,
            der(0xa0, der(INTEGER, new byte[] {2})), // Version 3.
            der(INTEGER, new byte[] {0, (byte) SERIAL.getAndIncrement()}),
            ECDSA,
            named(name),
            der(SEQUENCE, time(end.minus(VALID.multipliedBy(2))), time(end)),
            named(subject),
            key.getEncoded(),
            der(0xa3, der(SEQUENCE, extensions)));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(content);
      byte[] all = der(SEQUENCE, content, ECDSA, der(BITS, new byte[1], signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(all));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] alternativeNames(String... hosts) {
    ByteArrayOutputStream names = new ByteArrayOutputStream();
    for (String host : hosts) {
      names.writeBytes(
          host.matches("[0-9.]+|.*:.*")
              ? der(0x87, address(host))
              : der(0x82, host.getBytes(StandardCharsets.US_ASCII)));
    }
    return der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTETS, der(SEQUENCE, names.toByteArray())));
  }

  private static byte[] address(String literal) {
    try {
      return InetAddress.getByName(literal).getAddress();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] named(String commonName) {
    byte[] text = der(UTF8, commonName.getBytes(StandardCharsets.UTF_8));
    return der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, text)));
  }

  private static byte[] time(Instant instant) {
    return der(UTC_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  /** A tag, the length of the parts, the parts. */
  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(part);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(tag);
    int length = body.size();
    if (length >= 0x100) {
      all.write(0x82);
      all.write(length >>> 8);
    } else if (length >= 0x80) {
      all.write(0x81);
    }
    all.write(length);
    all.writeBytes(body.toByteArray());
    return all.toByteArray();
  }
}
