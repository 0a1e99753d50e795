package hraftd.security;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a node shows another on its HTTP port: that it knows the secret, and not the secret itself.
 * Whoever a node is told to ask may be anybody, as an address in {@code /join} is only what
 * somebody has written. So the proof is for one request to one address, and for a short time: at no
 * other place is it worth anything.
 *
 * <p>An HMAC-SHA256 (RFC 2104) over a label, the time, a nonce, the method, the address and the
 * target; the body is not in it, as it is decided who asks before that is read.
 */
public final class NodeProof {

  /** What stands before it in the {@code Authorization} header. */
  public static final String SCHEME = "Hraftd-Node ";

  /** So far the clocks of two nodes may be apart. */
  public static final Duration WINDOW = Duration.ofMinutes(5);

  private static final String ALGORITHM = "HmacSHA256";
  private static final String LABEL = "hraftd node to node over HTTP 1";
  private static final int NONCE_BYTES = 16;
  private static final int MAC_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * What a proof is for.
   *
   * @param method of the request
   * @param address host and port that it is sent to, as the one who sends it knows them
   * @param target path and query, as they are sent
   */
  public record Asked(String method, String address, String target) {}

  /** How a proof is found. */
  public enum Finding {
    /** It is of who knows the secret. */
    HOLDS,
    /** It is of who knows the secret, but of another time. */
    OF_ANOTHER_TIME,
    /** It is of somebody else, for another request, or none at all. */
    WRONG
  }

  private NodeProof() {}

  /** The header for a request. */
  public static String header(byte[] secret, Asked asked, long nowMillis) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    ByteBuffer proof = ByteBuffer.allocate(Long.BYTES + NONCE_BYTES + MAC_BYTES);
    proof.putLong(nowMillis).put(nonce).put(mac(secret, nowMillis, nonce, asked));
    return SCHEME + Base64.getUrlEncoder().withoutPadding().encodeToString(proof.array());
  }

  /** Whether a header is a proof that somebody knows one of these secrets, for this request. */
  public static Finding find(List<byte[]> secrets, String header, Asked asked, long nowMillis) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(header.substring(SCHEME.length()));
    } catch (IllegalArgumentException e) {
      return Finding.WRONG;
    }
    if (bytes.length != Long.BYTES + NONCE_BYTES + MAC_BYTES) {
      return Finding.WRONG;
    }
    ByteBuffer proof = ByteBuffer.wrap(bytes);
    long millis = proof.getLong();
    byte[] nonce = new byte[NONCE_BYTES];
    byte[] shown = new byte[MAC_BYTES];
    proof.get(nonce).get(shown);
    boolean found = false;
    for (byte[] secret : secrets) {
      found |= MessageDigest.isEqual(mac(secret, millis, nonce, asked), shown);
    }
    if (!found) {
      return Finding.WRONG;
    }
    return Math.abs(nowMillis - millis) <= WINDOW.toMillis()
        ? Finding.HOLDS
        : Finding.OF_ANOTHER_TIME;
  }

  private static byte[] mac(byte[] secret, long millis, byte[] nonce, Asked asked) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret, ALGORITHM));
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(millis).flip());
      mac.update(nonce);
      for (String part : List.of(LABEL, asked.method, asked.address, asked.target)) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).flip());
        mac.update(text);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HMAC-SHA256", e);
    }
  }
}
