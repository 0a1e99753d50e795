package hraftd.testing;

import hraftd.security.NodeTls;
import hraftd.security.UnusableFileException;
import hraftd.security.WatchedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * What a secure cluster and its clients need, made as scripts/cluster makes it: certificates, a
 * secret, and a directory for CURL_HOME. Immutable.
 */
public final class Keyring {

  private final Path directory;
  private final String secret;
  private final SSLContext client;

  private Keyring(Path directory, String secret, SSLContext client) {
    this.directory = directory;
    this.secret = secret;
    this.client = client;
  }

  /**
   * Makes it all in a directory.
   *
   * @param names of the nodes, or the hosts in their addresses; their certificates also name this
   *     machine
   */
  public static Keyring make(Path directory, List<String> names) throws IOException {
    Shell.run(
        "env",
        "HRAFTD_DATA=" + directory.toAbsolutePath(),
        "sh",
        "-euc",
        "here=scripts; . scripts/lib.sh; make_secure ''; sh scripts/certs \"$CERTS\" "
            + String.join(" ", names)
            + "; be_admin");
    try (WatchedFiles unchanged = new WatchedFiles(WatchedFiles.INTERVAL)) {
      SSLContext client =
          NodeTls.of(files(directory, names.get(0)), unchanged, Instant::now).presentContext();
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

  /** Where the certificate of one of the names lies. */
  public NodeTls.Files files(String name) {
    return files(directory, name);
  }

  /** The same, once there is one for this name. */
  public NodeTls.Files certified(String name) {
    Shell.run("sh", "scripts/certs", directory.resolve("certs").toString(), name);
    return files(name);
  }

  /** The secret of the nodes, which is the admin's token. */
  public String secret() {
    return secret;
  }

  /** For clients: believes the authority, and no other. */
  public SSLContext client() {
    return client;
  }

  /** What a node of this name is started with. */
  public List<String> flags(String name) {
    NodeTls.Files files = files(name);
    return List.of(
        "-auth",
        directory.resolve("secret").toString(),
        "-cert",
        files.certificate().toString(),
        "-key",
        files.key().toString(),
        "-ca",
        files.authorities().toString());
  }

  /** For the variable CURL_HOME. */
  public String curlHome() {
    return directory.resolve("curl").toString();
  }
}
