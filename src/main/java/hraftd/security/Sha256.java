package hraftd.security;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The digest SHA-256, which every Java has. Stateless. */
public final class Sha256 {

  private Sha256() {}

  /** One of bytes that come bit by bit: for one thread. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** That of these bytes, 32 of its own. */
  public static byte[] of(byte[] bytes) {
    return begin().digest(bytes);
  }
}
