package hraftd.raft.net;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * A number that is used once: whatever is computed from it is of no use for any other connection.
 *
 * @param hex its bytes in lower case
 */
record Nonce(String hex) {

  /** So many that none comes twice. */
  static final int BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if it is none
   */
  Nonce {
    WireReader.check(
        hex.length() == 2 * BYTES && hex.chars().allMatch(Nonce::isDigit), "no number to prove by");
  }

  private static boolean isDigit(int character) {
    return ('0' <= character && character <= '9') || ('a' <= character && character <= 'f');
  }

  /** One that was never there before. */
  static Nonce fresh() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return of(bytes);
  }

  /** Of these {@link #BYTES}. */
  static Nonce of(byte[] bytes) {
    return new Nonce(HexFormat.of().formatHex(bytes));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }
}
