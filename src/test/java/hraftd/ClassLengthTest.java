package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.JavaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A class that has grown too long has more than one reason to exist. */
class ClassLengthTest {

  private static final int MOST_LINES = 400;

  @Test
  void noClassHasMoreThanFourHundredLines() throws IOException {
    Map<Path, Integer> lengths = new TreeMap<>();
    for (Path file : JavaFiles.in(Path.of("src"))) {
      lengths.put(file, Files.readAllLines(file).size());
    }
    assertTrue(lengths.size() > 1000, () -> lengths.size() + " found");
    lengths.values().removeIf(lines -> lines <= MOST_LINES);
    assertEquals(Map.of(), lengths);
  }
}
