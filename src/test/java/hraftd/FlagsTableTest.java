package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of flags in docs/operations.md is that of -help. */
class FlagsTableTest {

  @Test
  void theDocumentHasEveryFlagInTheWordsOfHelp() throws IOException {
    List<String> help = Flags.table().lines().toList();
    List<String> documented =
        Files.readAllLines(Path.of("docs", "operations.md")).stream()
            .dropWhile(line -> !line.equals(help.get(0)))
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertEquals(help, documented);
  }
}
