package hraftd.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import hraftd.security.Sha256;
import java.util.HexFormat;

/** Backups with tokens that a test writes by hand, with the trailer that they need. */
final class SignedBackup {
  private SignedBackup() {}

  /** Lines, each with its end, and a trailer that says so many keys and tokens. */
  static String of(String lines, int keys, int tokens) {
    String sha256 = HexFormat.of().formatHex(Sha256.of(lines.getBytes(UTF_8)));
    return lines
        + "{\"count\":%d,\"tokens\":%d,\"sha256\":\"%s\"}\n".formatted(keys, tokens, sha256);
  }
}
