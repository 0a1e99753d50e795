package hraftd.http.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.security.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that comes in is kept only as long as it may be. */
class BackupFileTest {

  private static final String BACKUP = "{\"format\":1}\n{\"key\":\"a\",\"value\":\"1\"}\n";

  @TempDir Path directory;

  @Test
  void aDiskWithoutRoomIs507AndNothingStays() throws IOException {
    // More than any disk has free.
    FreeSpace none = new FreeSpace(directory, Long.MAX_VALUE);
    assertEquals(Code.DISK_FULL, refused(none).code());
    assertEquals(0, files());
  }

  @Test
  void aBackupThatIsCutShortLeavesNothing() throws IOException {
    assertEquals(Code.BAD_REQUEST, refused(new FreeSpace(directory, 0)).code());
    assertEquals(0, files());
  }

  @Test
  void aBackupThatIsKeptHasNoNameThatCouldOutliveTheProcess() throws IOException {
    String whole = BACKUP + "{\"count\":1,\"sha256\":\"" + sha256(BACKUP) + "\"}\n";
    ByteArrayInputStream stream = new ByteArrayInputStream(whole.getBytes(UTF_8));
    try (BackupFile file =
        BackupFile.receive(stream, directory, new FreeSpace(directory, 0), count -> {})) {
      assertEquals(0, files());
      BackupFile.Pairs pairs = file.pairs();
      assertEquals("a", String.valueOf(requireNonNull(pairs.next()).key()));
      assertNull(pairs.next());
    }
  }

  private static String sha256(String text) {
    return HexFormat.of().formatHex(Sha256.of(text.getBytes(UTF_8)));
  }

  private Problem refused(FreeSpace space) {
    ByteArrayInputStream stream = new ByteArrayInputStream(BACKUP.getBytes(UTF_8));
    return assertThrows(
        Problem.class, () -> BackupFile.receive(stream, directory, space, count -> {}));
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }
}
