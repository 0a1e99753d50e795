package hraftd.e2e;

import hraftd.security.NodeTls;
import hraftd.security.UnusableFileException;
import hraftd.security.WatchedFiles;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/**
 * What a secure cluster and its admin need, made as scripts/cluster makes it: certificates, a
 * secret, and a directory for CURL_HOME. Immutable.
 */
final class Keyring {

  private static final int MOST_NODES = 4;

  private final Path directory;
  private final String secret;
  private final SSLContext client;

  private Keyring(Path directory, String secret, SSLContext client) {
    this.directory = directory;
    this.secret = secret;
    this.client = client;
  }

  /** Makes it all in a directory, for the nodes node1 to node4. */
  static Keyring make(Path directory) throws IOException {
    Shell.run(
        "env",
        "HRAFTD_DATA=" + directory,
        "sh",
        "-euc",
        "here=scripts; . scripts/lib.sh; make_secure ''; make_certificates %d; be_admin"
            .formatted(MOST_NODES));
    try (WatchedFiles unchanged = new WatchedFiles(WatchedFiles.INTERVAL)) {
      SSLContext client =
          NodeTls.of(files(directory, "node1"), unchanged, Instant::now).presentContext();
      return new Keyring(directory, Files.readString(directory.resolve("secret")).strip(), client);
    } catch (UnusableFileException e) {
      throw new IOException(e);
    }
  }

  private static NodeTls.Files files(Path directory, String name) {
    Path certificates = directory.resolve("certs");
    return new NodeTls.Files(
        certificates.resolve(name + ".pem"),
        certificates.resolve(name + ".key"),
        certificates.resolve("ca.pem"));
  }

  /** The node, which has TLS from its next start on and lets in who has the secret. */
  Daemon protect(Daemon node) {
    return node.withSecret(secret).withTls(files(directory, node.name()), client);
  }

  /** For the variable CURL_HOME. */
  String curlHome() {
    return directory.resolve("curl").toString();
  }
}
