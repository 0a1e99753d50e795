package hraftd.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.OpensslAuthority;
import hraftd.testing.OpensslAuthority.Issued;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSessionContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node's certificate, key and authorities come from files, go together, and change with them. */
class NodeTlsTest {

  @TempDir private static Path made;
  private static OpensslAuthority authority;
  private static Issued first;
  private static Issued second;

  @TempDir private Path directory;
  private final WatchedFiles watched = new WatchedFiles(WatchedFiles.INTERVAL);
  private NodeTls.Files files;
  private Instant now = Instant.now();

  @BeforeAll
  static void issue() {
    authority = OpensslAuthority.in(made, "ca");
    first = authority.issue("first", "IP:127.0.0.1");
    second = authority.issue("second", "IP:127.0.0.1");
  }

  @BeforeEach
  void files() throws IOException {
    files =
        new NodeTls.Files(
            directory.resolve("cert.pem"),
            directory.resolve("key.pem"),
            directory.resolve("ca.pem"));
    put(first.certificate(), files.certificate());
    put(first.key(), files.key());
    put(authority.certificate(), files.authorities());
  }

  @AfterEach
  void close() {
    watched.close();
  }

  private static void put(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private NodeTls open() throws Exception {
    return NodeTls.of(files, watched, () -> now);
  }

  private String refused() {
    return String.valueOf(assertThrows(UnusableFileException.class, this::open).getMessage());
  }

  @Test
  void aChangeIsAnotherContextWithoutTheOldSessions() throws Exception {
    NodeTls tls = open();
    SSLContext context = tls.context();
    SSLSessionContext sessions = context.getServerSessionContext();
    watched.look();
    assertSame(sessions, context.getServerSessionContext(), "nothing has changed");
    put(second.certificate(), files.certificate());
    watched.look();
    assertSame(sessions, context.getServerSessionContext(), "the key is still the other one's");
    put(second.key(), files.key());
    watched.look();
    assertNotSame(sessions, context.getServerSessionContext());
    assertSame(context, tls.context());
  }

  @Test
  void aBrokenNewFileLeavesTheOldOneInUse() throws Exception {
    NodeTls tls = open();
    SSLSessionContext sessions = tls.context().getServerSessionContext();
    for (Path file : new Path[] {files.certificate(), files.key(), files.authorities()}) {
      byte[] before = Files.readAllBytes(file);
      write(file, "-----BEGIN CERTIFICATE-----\n");
      watched.look();
      Files.delete(file);
      watched.look();
      write(file, new String(before, StandardCharsets.US_ASCII));
    }
    assertSame(sessions, tls.context().getServerSessionContext());
  }

  @Test
  void rsaAndCombinedFilesWithTextAreTaken() throws Exception {
    Path key = directory.resolve("rsa.key");
    Path certificate = directory.resolve("rsa.pem");
    Shell.run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        key.toString(),
        "-out",
        certificate.toString(),
        "-subj",
        "/CN=self",
        "-days",
        "2");
    String both =
        "Bag Attributes\r\n  friendlyName: x\r\n"
            + Files.readString(certificate).replace("\n", "\r\n")
            + Files.readString(key);
    write(files.certificate(), both);
    put(files.certificate(), files.key());
    write(
        files.authorities(), Files.readString(certificate) + Files.readString(first.certificate()));
    open();
  }

  @ParameterizedTest
  @CsvSource({
    "ec -in KEY -out NEW, openssl pkcs8 -topk8 -nocrypt -in",
    "ec -aes256 -passout pass:abcdef -in KEY -out NEW, the key is encrypted: openssl pkcs8",
    "pkcs8 -topk8 -passout pass:abcdef -in KEY -out NEW, the key is encrypted: openssl pkcs8",
    "pkey -in KEY -pubout -out NEW, one 'BEGIN PRIVATE KEY' is expected"
  })
  void otherFormsOfKeysAreNamedWithWhatConvertsThem(String command, String said) throws Exception {
    String line =
        "openssl "
            + command.replace("KEY", first.key().toString()).replace("NEW", files.key().toString());
    Shell.run(line.split(" "));
    assertTrue(refused().contains(said), this::refused);
  }

  @Test
  void whatTheMessageSaysConvertsAKey() throws Exception {
    Path old = directory.resolve("old.pem");
    Shell.run("openssl", "ec", "-in", first.key().toString(), "-out", old.toString());
    put(old, files.key());
    String message = refused();
    String line = message.substring(message.indexOf("openssl"));
    Path converted = directory.resolve("new.pem");
    Shell.run(line.replace("<new file>", converted.toString()).split(" "));
    put(converted, files.key());
    open();
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() throws Exception {
    put(second.key(), files.key());
    assertTrue(refused().contains("is not the key of the first certificate"), this::refused);
    put(first.key(), files.key());
    write(
        files.certificate(),
        Files.readString(first.certificate()) + Files.readString(second.certificate()));
    assertTrue(refused().contains("must come the one of its issuer, 'CN=ca'"), this::refused);
    write(
        files.certificate(),
        Files.readString(first.certificate()) + Files.readString(authority.certificate()));
    open();
  }

  @Test
  void aCertificateForServersAloneIsRefused() throws Exception {
    Issued server = authority.issue("server", OpensslAuthority.DAYS, "serverAuth", "IP:127.0.0.1");
    put(server.certificate(), files.certificate());
    put(server.key(), files.key());
    assertTrue(refused().contains("serverAuth and clientAuth"), this::refused);
  }

  @Test
  void aKeyThatOthersMayReadIsRefused() throws Exception {
    Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));
    assertTrue(refused().contains("chmod 600"), this::refused);
  }

  @Test
  void aFileThatIsNotThereIsAnotherMatter() throws Exception {
    Files.delete(files.authorities());
    assertThrows(NoSuchFileException.class, this::open);
  }

  @ParameterizedTest
  @CsvSource({
    "'', no 'BEGIN CERTIFICATE'",
    "hello, no 'BEGIN CERTIFICATE'",
    "'-----BEGIN CERTIFICATE-----|AAAA', the end of CERTIFICATE is missing",
    "'-----BEGIN CERTIFICATE-----|-----BEGIN CERTIFICATE-----', a block begins",
    "'-----BEGIN CERTIFICATE-----|????|-----END CERTIFICATE-----', is not base64",
    "'-----BEGIN CERTIFICATE-----|AAAA|-----END CERTIFICATE-----', cannot be read",
    "'-----BEGIN CERTIFICATE-----|-----END CERTIFICATE-----', cannot be read",
    "'-----BEGIN CERTIFICATE-----|MIIBIjANBgkqhkiG9w0B|-----END CERTIFICATE-----', cannot be read"
  })
  void whatHoldsNoCertificateIsRefused(String text, String said) throws Exception {
    write(files.authorities(), text.replace('|', '\n'));
    assertTrue(refused().contains(said), this::refused);
  }

  @Test
  void whateverIsInTheFilesNothingElseIsThrown() throws Exception {
    Random random = new Random(7);
    for (Path file : new Path[] {files.certificate(), files.key(), files.authorities()}) {
      byte[] good = Files.readAllBytes(file);
      for (int i = 0; i < 100; i++) {
        byte[] bad = good.clone();
        for (int flips = random.nextInt(4); flips >= 0; flips--) {
          bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
        }
        Files.write(file, bad);
        try {
          open();
        } catch (UnusableFileException e) {
          assertTrue(String.valueOf(e.getMessage()).contains(directory.toString()));
        }
      }
      Files.write(file, good);
    }
  }

  @Test
  void theEndOfACertificateIsToldInTime() throws Exception {
    NodeTls tls = open();
    assertTrue(tls.timeLeft().compareTo(Duration.ofDays(OpensslAuthority.DAYS)) <= 0);
    assertEquals(List.of(), tls.warnings());
    now = now.plus(Duration.ofDays(OpensslAuthority.DAYS - 13));
    assertTrue(tls.warnings().toString().contains("expires in 12 days"), tls.warnings()::toString);
    now = now.plus(Duration.ofDays(13));
    assertTrue(tls.timeLeft().isNegative());
    assertTrue(tls.warnings().toString().contains("has expired"), tls.warnings()::toString);
    now = now.minus(Duration.ofDays(100));
    assertTrue(tls.warnings().toString().contains("not valid before"), tls.warnings()::toString);
  }
}
