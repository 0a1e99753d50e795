package hraftd.kv;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The SHA-256 of a token: all that is kept of one. A token is 256 random bits, so its hash needs no
 * salt, and takes nobody to the token. Immutable as long as nobody changes the array.
 *
 * @param bytes {@link #BYTES} of them, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record TokenHash(byte[] bytes) {

  /** How long a SHA-256 is. */
  public static final int BYTES = 32;

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if that is no SHA-256
   */
  public TokenHash {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a token's hash of " + bytes.length + " bytes");
    }
  }

  /** In a time that does not depend on where the two differ. */
  @Override
  public boolean equals(Object other) {
    return other instanceof TokenHash hash && MessageDigest.isEqual(bytes, hash.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Says nothing of the bytes: what is logged by mistake is of no use. */
  @Override
  public String toString() {
    return "TokenHash";
  }
}
