package hraftd.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * The secret that all nodes of a cluster share, and that is the admin's token: of a file with one
 * line or two, the first of which is used and both of which are accepted. So it is changed node by
 * node: first the new one second everywhere, then first, then alone. Thread-safe.
 */
public final class Secret {

  /** Shorter ones can be guessed. */
  public static final int MIN_CHARS = 32;

  /** Longer ones do not fit in a header with the rest. */
  public static final int MAX_CHARS = 512;

  private static final int MAX_LINES = 2;

  private volatile List<byte[]> accepted = List.of();

  private Secret() {}

  /**
   * The secret in a file, which is read again when it changes.
   *
   * @throws IOException if it cannot be read
   * @throws UnusableFileException if others may read it, or it holds no secret
   */
  public static Secret of(Path file, WatchedFiles files) throws IOException, UnusableFileException {
    Secret secret = new Secret();
    files.watch(
        List.of(file),
        contents -> {
          PrivateFile.check(file);
          secret.accepted = parse(file, contents.get(0));
        });
    return secret;
  }

  private static List<byte[]> parse(Path file, byte[] content) throws UnusableFileException {
    List<byte[]> secrets = new ArrayList<>();
    for (String line : new String(content, StandardCharsets.ISO_8859_1).split("\\R")) {
      String secret = line.strip();
      if (secret.isEmpty()) {
        continue;
      }
      if (secret.length() < MIN_CHARS || secret.length() > MAX_CHARS) {
        throw new UnusableFileException(
            file
                + ": a secret has "
                + MIN_CHARS
                + " to "
                + MAX_CHARS
                + " characters, this one "
                + secret.length());
      }
      if (!secret.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
        throw new UnusableFileException(
            file + ": a secret has letters, digits and signs of ASCII, and no space");
      }
      secrets.add(secret.getBytes(StandardCharsets.US_ASCII));
    }
    if (secrets.isEmpty() || secrets.size() > MAX_LINES) {
      throw new UnusableFileException(
          file + ": one secret, or two while it is changed, each on a line; not " + secrets.size());
    }
    return List.copyOf(secrets);
  }

  /** The ones that are accepted: one or two, the one to use first. Not to be written to. */
  public List<byte[]> accepted() {
    return accepted;
  }

  /** True if that is one of those that are accepted; the time tells nothing of where it differs. */
  public boolean isOne(String token) {
    byte[] shown = token.getBytes(StandardCharsets.UTF_8);
    boolean found = false;
    for (byte[] secret : accepted) {
      found |= MessageDigest.isEqual(secret, shown);
    }
    return found;
  }
}
