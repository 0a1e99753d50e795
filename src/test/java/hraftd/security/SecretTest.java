package hraftd.security;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The secret of a cluster comes from a file that nobody else may read, and changes with it. */
class SecretTest {

  private static final String OLD = "old-secret-of-more-than-32-characters";
  private static final String NEW = "new-secret-of-more-than-32-characters";

  @TempDir private Path directory;
  private final WatchedFiles files = new WatchedFiles(Duration.ofHours(1));

  @AfterEach
  void close() {
    files.close();
  }

  private Path file(String text) throws IOException {
    Path file = directory.resolve("secret");
    Files.writeString(file, text);
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return file;
  }

  @Test
  void oneOrTwoAreAcceptedAndTheFirstIsUsed() throws Exception {
    Secret secret = Secret.of(file(OLD + "\n\n" + NEW + "\n"), files);
    assertEquals(OLD, text(secret));
    assertTrue(secret.isOne(OLD));
    assertTrue(secret.isOne(NEW));
    assertFalse(secret.isOne(OLD + "x"));
    assertFalse(secret.isOne(""));
    assertArrayEquals(NEW.getBytes(US_ASCII), secret.accepted().get(1));
  }

  @Test
  void aFileThatChangesIsReadAgain() throws Exception {
    Secret secret = Secret.of(file(OLD), files);
    file(NEW + "\n" + OLD);
    files.look();
    assertEquals(NEW, text(secret));
    assertTrue(secret.isOne(OLD));
    file(NEW);
    files.look();
    assertFalse(secret.isOne(OLD));
  }

  @Test
  void aBrokenNewFileChangesNothing() throws Exception {
    Secret secret = Secret.of(file(OLD), files);
    file("short");
    files.look();
    assertEquals(OLD, text(secret));
    Files.delete(directory.resolve("secret"));
    files.look();
    assertEquals(OLD, text(secret));
    file(NEW);
    files.look();
    assertEquals(NEW, text(secret));
  }

  @Test
  void aNewFileCountsAsSoonAsItsModeIsMended() throws Exception {
    Secret secret = Secret.of(file(OLD), files);
    Path file = file(NEW);
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    files.look();
    assertFalse(secret.isOne(NEW));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    files.look();
    assertTrue(secret.isOne(NEW));
  }

  @Test
  void whatHasNoEndIsNotReadToIt() {
    Path endless = Path.of("/dev/zero");
    assumeTrue(Files.exists(endless));
    assertThrows(IOException.class, () -> files.watch(List.of(endless), contents -> {}));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "only-31-characters-are-too-few!",
        "a secret with spaces that is long enough for all",
        "a-secret-with-an-ümlaut-that-is-long-enough-for-all",
        OLD + "\n" + NEW + "\n" + OLD
      })
  void whatIsNoSecretIsRefused(String text) throws Exception {
    Path file = file(text);
    String why =
        String.valueOf(
            assertThrows(UnusableFileException.class, () -> Secret.of(file, files)).getMessage());
    assertTrue(why.startsWith(file + ": "), why);
    assertFalse(why.contains("secret with"), "what is in it is not said");
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws Exception {
    Path file = file(OLD);
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    String why =
        String.valueOf(
            assertThrows(UnusableFileException.class, () -> Secret.of(file, files)).getMessage());
    assertTrue(why.contains("chmod 600"), why);
  }

  @Test
  void aLinkIsAsGoodAsTheFileItLeadsTo() throws Exception {
    Path link = directory.resolve("link");
    try {
      Files.createSymbolicLink(link, file(OLD));
    } catch (IOException | UnsupportedOperationException e) {
      assumeTrue(false, "no links here");
    }
    assertEquals(OLD, text(Secret.of(link, files)));
  }

  /** The one to use. */
  private static String text(Secret secret) {
    return new String(secret.accepted().get(0), US_ASCII);
  }
}
