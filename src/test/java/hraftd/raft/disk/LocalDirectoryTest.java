package hraftd.raft.disk;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalDirectoryTest {

  @TempDir private Path directory;

  @Test
  void theSpaceOfThisMachineIsKnown() {
    long space = LocalDirectory.usableSpace(directory);
    assertTrue(space > 0 && space < Long.MAX_VALUE, Long.toString(space));
  }

  @Test
  void spaceThatNobodyKnowsIsNotLow() {
    assertEquals(Long.MAX_VALUE, LocalDirectory.usableSpace(directory.resolve("not there")));
    assertEquals(Long.MAX_VALUE, LocalDirectory.usableSpace(0, 0));
    assertEquals(0, LocalDirectory.usableSpace(0, 4096));
  }

  @Test
  void aDirectoryThatCannotBeForcedIsAFailureWhereDirectoriesCanBe() {
    assertDoesNotThrow(() -> LocalDirectory.force(directory));
    assertThrows(IOException.class, () -> LocalDirectory.force(directory.resolve("not there")));
  }

  /**
   * A zip's file system, as Windows's, has no POSIX attributes and opens no directory as a file.
   */
  @Test
  void whereNoDirectoryCanBeForcedNoneIs() throws IOException {
    URI zip = URI.create("jar:" + directory.resolve("a.zip").toUri());
    try (FileSystem system = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path inside = Files.createDirectory(system.getPath("/inside"));
      assertDoesNotThrow(() -> LocalDirectory.force(inside));
    }
  }
}
