package hraftd.raft.net;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * How a node shows that it knows a secret without saying it: HMAC-SHA256 of all that the two ends
 * have said, under the secret. The greeting names the cluster and both nodes and has a {@link
 * Nonce} of who opens the connection, the challenge has one of the other end; so a proof is good
 * for one connection, between these two, in one direction. Stateless, for any thread.
 */
final class SecretProof {

  /** Of each proof. */
  static final int BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  // Of one length, as is the nonce: what is proved can be read in one way only.
  private static final byte[] OPENER = "hraftd opens ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LISTENER = "hraftd answer".getBytes(StandardCharsets.US_ASCII);

  private SecretProof() {}

  /**
   * By whoever has opened the connection.
   *
   * @param greeting all bytes of it
   * @param challenge the other end's nonce
   */
  static byte[] ofOpener(byte[] secret, byte[] greeting, Nonce challenge) {
    return mac(secret, OPENER, challenge.bytes(), greeting);
  }

  /**
   * By the other end, which has seen the opener's: for its answer to the greeting.
   *
   * @param answer all bytes of it
   */
  static byte[] ofListener(byte[] secret, byte[] greeting, Nonce challenge, byte[] answer) {
    return mac(secret, LISTENER, challenge.bytes(), greeting, answer);
  }

  /** Which of the secrets an opener's proof shows; null if none of them. */
  static byte @Nullable [] shown(
      byte[] proof, List<byte[]> accepted, byte[] greeting, Nonce challenge) {
    byte[] shown = null;
    for (byte[] secret : accepted) {
      if (equal(proof, ofOpener(secret, greeting, challenge))) {
        shown = secret;
      }
    }
    return shown;
  }

  /** True if they are; how long that takes tells nothing. */
  static boolean equal(byte[] proof, byte[] expected) {
    return MessageDigest.isEqual(proof, expected);
  }

  private static byte[] mac(byte[] secret, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
