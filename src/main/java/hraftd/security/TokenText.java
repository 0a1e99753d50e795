package hraftd.security;

import hraftd.kv.TokenHash;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** What the holder of a token shows: random, and kept nowhere but with its holder. */
public final class TokenText {

  /** Tells people, and programs that look for secrets in what is published, what it is. */
  public static final String PREFIX = "hr_";

  private static final int RANDOM_BYTES = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private TokenText() {}

  /** A new one, of 256 random bits. */
  public static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What is kept of it. */
  public static TokenHash hash(String text) {
    return new TokenHash(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
  }
}
