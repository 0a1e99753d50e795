package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.security.NodeTls;
import hraftd.security.UnusableFileException;
import hraftd.security.WatchedFiles;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script for trying TLS out makes what a node takes, and writes over nothing. */
class CertsIT {

  @TempDir private Path directory;
  private ScriptRun scripts;
  private Path made;

  @BeforeEach
  void begin() {
    scripts = new ScriptRun(directory);
    made = directory.resolve("made");
  }

  private String certs(String... names) throws IOException, InterruptedException {
    return scripts.succeeds("./certs " + made + " " + String.join(" ", names));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node1", "node1.example.com", "10.1.2.3", "fe80::1", "ci_user"})
  void aNodeTakesThemAndTheyNameWhatIsAsked(String name) throws Exception {
    certs(name);
    NodeTls.Files files =
        new NodeTls.Files(
            made.resolve(name + ".pem"), made.resolve(name + ".key"), made.resolve("ca.pem"));
    try (WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL)) {
      assertEquals(List.of(), NodeTls.of(files, watched, Instant::now).warnings());
    }
    for (String key : List.of(name, "ca")) {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(made.resolve(key + ".key")));
    }
    String verify = "openssl verify -CAfile " + made.resolve("ca.pem") + " ";
    boolean isAddress = name.matches("[0-9.]+|.*:.*");
    for (String asked :
        List.of(
            (isAddress ? "-verify_ip " : "-verify_hostname ") + name,
            "-verify_hostname localhost",
            "-verify_ip 127.0.0.1",
            "-verify_ip ::1")) {
      Shell.run((verify + asked + " " + files.certificate()).split(" "));
    }
  }

  /** Whatever it is called: neither openssl nor a node takes it for a server's. */
  @Test
  void aClientsIsForClientsAlone() throws Exception {
    certs("node1", "--client", "localhost", "--client", "ci");
    String verify = "openssl verify -CAfile " + made.resolve("ca.pem") + " ";
    for (String name : List.of("localhost", "ci")) {
      Path certificate = made.resolve(name + ".pem");
      Shell.run((verify + "-purpose sslclient " + certificate).split(" "));
      String text = Shell.run("openssl", "x509", "-noout", "-text", "-in", certificate.toString());
      // Not every version of openssl writes the spaces.
      assertTrue(text.replace(" ", "").contains("Subject:CN=" + name), text);
      assertFalse(text.contains("Alternative Name"), text);
      Shell.Result refused =
          Shell.attempt((verify + "-purpose sslserver " + certificate).split(" "));
      assertEquals(2, refused.exitCode(), refused::toString);
      NodeTls.Files files =
          new NodeTls.Files(certificate, made.resolve(name + ".key"), made.resolve("ca.pem"));
      try (WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL)) {
        UnusableFileException unusable =
            assertThrows(
                UnusableFileException.class, () -> NodeTls.of(files, watched, Instant::now));
        assertTrue(String.valueOf(unusable.getMessage()).contains("serverAuth and clientAuth"));
      }
    }
    assertTrue(certs("--client", "ci").contains("ci.pem is there"));
    for (String other : List.of("ci", "--client node1")) {
      String said = scripts.ends(1, "./certs " + made + " " + other);
      assertTrue(said.contains(".pem is there, and it is no "), said);
    }
  }

  @Test
  void whatIsThereStays() throws Exception {
    certs("node1");
    byte[] authority = Files.readAllBytes(made.resolve("ca.key"));
    byte[] node = Files.readAllBytes(made.resolve("node1.key"));
    assertTrue(certs("node1", "node2").contains("node1.pem is there"));
    assertArrayEquals(authority, Files.readAllBytes(made.resolve("ca.key")));
    assertArrayEquals(node, Files.readAllBytes(made.resolve("node1.key")));
    assertTrue(Files.exists(made.resolve("node2.pem")));
    Files.delete(made.resolve("node1.pem"));
    assertTrue(scripts.ends(1, "./certs " + made + " node1").contains("only one is there"));
    assertArrayEquals(node, Files.readAllBytes(made.resolve("node1.key")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "DIR",
        "DIR ../a",
        "DIR a/b",
        "DIR -x",
        "DIR ca",
        "DIR 'a,DNS:b'",
        "DIR --client",
        "DIR --client ca",
        "--client ci"
      })
  void whatIsNoNameIsRefused(String arguments) throws Exception {
    scripts.ends(2, "./certs " + arguments.replace("DIR", made.toString()));
    assertTrue(Files.notExists(made), "nothing is made");
  }
}
