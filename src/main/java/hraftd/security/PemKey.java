package hraftd.security;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the private key of a PEM file, as PKCS#8 has it (RFC 5208), and knows whose it is. */
final class PemKey {

  private static final String PKCS8 = "PRIVATE KEY";

  /** How a key of each kind signs; the JDK's TLS uses no others. */
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  private PemKey() {}

  /**
   * The one private key of a file.
   *
   * @param name of the file, for people
   * @throws UnusableFileException with the line that converts it, if it is in another form
   */
  static PrivateKey parse(String name, byte[] file) throws UnusableFileException {
    List<byte[]> keys = new ArrayList<>();
    for (Pem block : Pem.blocks(name, file)) {
      if (block.label().equals(PKCS8) && block.content().length > 0) {
        keys.add(block.content());
      } else if (block.label().endsWith(PKCS8)) {
        throw new UnusableFileException(name + ": " + howToConvert(name, block));
      }
    }
    if (keys.size() != 1) {
      throw new UnusableFileException(
          name + ": one 'BEGIN PRIVATE KEY' is expected, not " + keys.size());
    }
    for (String algorithm : SIGNATURES.keySet()) {
      try {
        return KeyFactory.getInstance(algorithm)
            .generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
      } catch (InvalidKeySpecException e) {
        // Of another kind, or no key at all.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has " + algorithm, e);
      }
    }
    throw new UnusableFileException(name + ": what is in it is neither an RSA nor an EC key");
  }

  /** OpenSSL's older forms are known by their labels; the encrypted ones need a passphrase. */
  private static String howToConvert(String name, Pem block) {
    boolean isEncrypted = block.label().startsWith("ENCRYPTED") || block.content().length == 0;
    return (isEncrypted ? "the key is encrypted" : "the key is '" + block.label() + "', not PKCS#8")
        + ": openssl pkcs8 -topk8 -nocrypt -in "
        + name
        + " -out <new file>";
  }

  /** True if what one signs the other verifies. */
  static boolean belongs(PrivateKey key, PublicKey holder) {
    String algorithm = SIGNATURES.get(key.getAlgorithm());
    if (algorithm == null || !key.getAlgorithm().equals(holder.getAlgorithm())) {
      return false;
    }
    byte[] text = new byte[32];
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(holder);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
