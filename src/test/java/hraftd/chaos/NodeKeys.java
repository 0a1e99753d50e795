package hraftd.chaos;

import hraftd.security.NodeTls;
import hraftd.security.UnusableFileException;
import hraftd.security.WatchedFiles;
import hraftd.testing.FileSwap;
import hraftd.testing.Keyring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * What nodes and clients of a run show each other, in files of each node's own, so that they can be
 * replaced one by one. Calls come from the thread that breaks things, but for the secret and the
 * context.
 */
final class NodeKeys implements AutoCloseable {

  private static final String CLIENTS = "clients";

  private final Path directory;
  private final WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL);
  private final SSLContext context;
  private Keyring present;
  private int made;
  private volatile String secret;

  /** Makes the first ones in a directory. */
  NodeKeys(Path directory) throws IOException {
    this.directory = directory;
    this.present = make();
    this.secret = present.secret();
    putAuthorities(CLIENTS, List.of(present));
    putCertificate(CLIENTS, present, 1);
    try {
      this.context = NodeTls.of(files(CLIENTS), watched, Instant::now).context();
    } catch (UnusableFileException e) {
      throw new IOException(e);
    }
  }

  /** Others than all before: a secret, an authority and certificates, which nobody has yet. */
  Keyring make() {
    made++;
    try {
      return Keyring.make(directory.resolve("made-" + made), List.of(Network.address(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What all have now, once a change is over. */
  Keyring present() {
    return present;
  }

  /** The change to these is over: nodes that join begin with them. */
  void settle(Keyring next) {
    present = next;
  }

  /** What a node is started with; its files are made. */
  List<String> flags(int number) {
    String name = "n" + number;
    putSecrets(number, List.of(present));
    putAuthorities(name, List.of(present));
    putCertificate(name, present, number);
    NodeTls.Files files = files(name);
    return List.of(
        "-auth",
        file(name, "secret").toString(),
        "-cert",
        files.certificate().toString(),
        "-key",
        files.key().toString(),
        "-ca",
        files.authorities().toString());
  }

  /** Gives a node the secrets of these, the one to use first. */
  void putSecrets(int number, List<Keyring> keys) {
    put(
        file("n" + number, "secret"),
        String.join("\n", keys.stream().map(Keyring::secret).toList()));
  }

  /** Lets a node believe the authorities of these. */
  void putAuthorities(int number, List<Keyring> keys) {
    putAuthorities("n" + number, keys);
  }

  /** Gives a node a certificate of this one's authority. */
  void putCertificate(int number, Keyring keys) {
    putCertificate("n" + number, keys, number);
  }

  private void putAuthorities(String name, List<Keyring> keys) {
    StringBuilder all = new StringBuilder();
    keys.forEach(each -> all.append(read(each.files(Network.address(1)).authorities())));
    put(file(name, "ca.pem"), all.toString());
  }

  private void putCertificate(String name, Keyring keys, int number) {
    NodeTls.Files files = keys.certified(Network.address(number));
    put(file(name, "node.key"), read(files.key()));
    put(file(name, "node.pem"), read(files.certificate()));
  }

  /** What clients show as the admin from now on. */
  void showSecret(Keyring keys) {
    secret = keys.secret();
  }

  /** Lets clients believe the authorities of these from now on. */
  void believe(List<Keyring> keys) {
    putAuthorities(CLIENTS, keys);
    watched.look();
  }

  /** What the admin shows; any thread. */
  String secret() {
    return secret;
  }

  /** What clients connect with, always the same one; any thread. */
  SSLContext context() {
    return context;
  }

  private Path file(String name, String kind) {
    return directory.resolve(name).resolve(kind);
  }

  private NodeTls.Files files(String name) {
    return new NodeTls.Files(file(name, "node.pem"), file(name, "node.key"), file(name, "ca.pem"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(Path file, String text) {
    try {
      FileSwap.put(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    watched.close();
  }
}
