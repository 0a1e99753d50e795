package hraftd.e2e;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a secure cluster and its admin need, made as scripts/cluster makes it: a secret, and a
 * directory for CURL_HOME. Immutable.
 */
final class Keyring {

  private final Path directory;
  private final String secret;

  private Keyring(Path directory, String secret) {
    this.directory = directory;
    this.secret = secret;
  }

  /** Makes it all in a directory. */
  static Keyring make(Path directory) throws IOException {
    Shell.run(
        "env",
        "HRAFTD_DATA=" + directory,
        "sh",
        "-euc",
        "here=scripts; . scripts/lib.sh; make_secure; be_admin");
    return new Keyring(directory, Files.readString(directory.resolve("secret")).strip());
  }

  /** The node, which lets in from its next start on who has this. */
  Daemon protect(Daemon node) {
    return node.withSecret(secret);
  }

  /** For the variable CURL_HOME. */
  String curlHome() {
    return directory.resolve("curl").toString();
  }
}
