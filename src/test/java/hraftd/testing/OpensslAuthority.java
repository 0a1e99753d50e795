package hraftd.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An authority that issues certificates for tests, by openssl: no key is kept anywhere else. Each
 * costs some hundredths of a second. Any thread.
 */
public final class OpensslAuthority {

  /** For as long as a test may ever take. */
  public static final int DAYS = 30;

  /** What is expired from the start. */
  public static final int EXPIRED = -1;

  private final Path directory;
  private final String name;
  private final AtomicInteger serial = new AtomicInteger();

  private OpensslAuthority(Path directory, String name) {
    this.directory = directory;
    this.name = name;
  }

  /**
   * A new authority.
   *
   * @param name of its files, and its common name
   */
  public static OpensslAuthority in(Path directory, String name) {
    OpensslAuthority made = new OpensslAuthority(directory, name);
    List<String> command = made.request(name);
    command.addAll(List.of("-x509", "-days", "30", "-out", made.certificate().toString()));
    Shell.run(command.toArray(String[]::new));
    return made;
  }

  /** Files of a certificate and its key, as PEM. */
  public record Issued(Path certificate, Path key) {}

  /** Its own certificate. */
  public Path certificate() {
    return directory.resolve(name + ".pem");
  }

  /** A certificate for a node or a client with these alternative names, as {@code IP:127.0.0.1}. */
  public Issued issue(String subject, String... names) {
    return issue(subject, DAYS, "serverAuth,clientAuth", names);
  }

  /**
   * The same with all that can be told.
   *
   * @param days how long it is valid; {@link #EXPIRED}
   * @param usage extended key usages
   */
  public Issued issue(String subject, int days, String usage, String... names) {
    String file = name + "-" + serial.incrementAndGet() + "-" + subject;
    Path request = directory.resolve(file + ".csr");
    Path extensions = directory.resolve(file + ".ext");
    Issued issued = new Issued(directory.resolve(file + ".pem"), directory.resolve(file + ".key"));
    List<String> command = request(file);
    command.addAll(List.of("-out", request.toString()));
    command.set(command.indexOf("/CN=" + file), "/CN=" + subject);
    Shell.run(command.toArray(String[]::new));
    try {
      Files.writeString(
          extensions,
          (names.length == 0 ? "" : "subjectAltName=" + String.join(",", names) + "\n")
              + "extendedKeyUsage="
              + usage
              + "\n");
      Shell.run(
          "openssl",
          "x509",
          "-req",
          "-in",
          request.toString(),
          "-CA",
          certificate().toString(),
          "-CAkey",
          directory.resolve(name + ".key").toString(),
          "-set_serial",
          Integer.toString(serial.get()),
          "-days",
          Integer.toString(days),
          "-extfile",
          extensions.toString(),
          "-out",
          issued.certificate().toString());
      Files.setPosixFilePermissions(issued.key(), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return issued;
  }

  private List<String> request(String file) {
    return new ArrayList<>(
        List.of(
            "openssl",
            "req",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            directory.resolve(file + ".key").toString(),
            "-subj",
            "/CN=" + file));
  }
}
