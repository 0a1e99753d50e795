package hraftd.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines are in the file when it is said so, whole and in order, and old files go. */
class RotatedFileTest {

  @TempDir private Path directory;

  private List<Path> files() throws IOException {
    try (Stream<Path> found = Files.list(directory.resolve("100% audit"))) {
      return found.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
  }

  private RotatedFile open() throws IOException {
    return new RotatedFile(directory.resolve("100% audit"), "audit");
  }

  @Test
  void aLineIsThereWhenItIsSaid() throws Exception {
    try (RotatedFile file = open()) {
      file.append(utf8("{\"one\":1}")).get(1, TimeUnit.MINUTES);
      assertEquals(List.of("{\"one\":1}"), Files.readAllLines(files().get(0)));
    }
  }

  @Test
  void anotherProcessGoesOnBehindWhatIsThere() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (RotatedFile file = open()) {
        String line = "line " + i;
        var unused = file.append(utf8(line));
      }
    }
    assertEquals(List.of("line 0", "line 1", "line 2"), Files.readAllLines(files().get(0)));
  }

  @Test
  void nothingIsLostOrTornFromOneFileToTheNext() throws Exception {
    String filler = "x".repeat(1 << 20);
    List<CompletableFuture<Void>> written = new ArrayList<>();
    int lines = 2 * (RotatedFile.MAX_BYTES >> 20);
    try (RotatedFile file = open()) {
      for (int i = 0; i < lines; i++) {
        String line = i + filler;
        written.add(file.append(utf8(line)));
        written.get(i).get(1, TimeUnit.MINUTES);
      }
    }
    List<Path> oldestFirst = new ArrayList<>(files());
    java.util.Collections.reverse(oldestFirst);
    assertTrue(oldestFirst.size() > 1, oldestFirst::toString);
    int next = 0;
    for (Path file : oldestFirst) {
      assertTrue(Files.size(file) <= RotatedFile.MAX_BYTES + (2 << 20), file::toString);
      for (String line : Files.readAllLines(file)) {
        assertEquals(next++ + filler, line);
      }
    }
    assertEquals(lines, next);
  }

  @Test
  void aFileThatCannotBeWrittenHoldsNobodyUp() throws Exception {
    try (RotatedFile file = open()) {
      file.append(utf8("before")).get(1, TimeUnit.MINUTES);
      file.breakFiles();
      file.append(utf8("lost")).get(1, TimeUnit.MINUTES);
    }
    assertEquals(List.of("before"), Files.readAllLines(files().get(0)));
  }

  @Test
  void aLineThatCannotBeMadeIsMissedAlone() throws Exception {
    try (RotatedFile file = open()) {
      CompletableFuture<Void> failed =
          file.append(
              () -> {
                throw new IllegalStateException("no line");
              });
      file.append(utf8("after")).get(1, TimeUnit.MINUTES);
      assertTrue(failed.isCompletedExceptionally());
    }
    assertEquals(List.of("after"), Files.readAllLines(files().get(0)));
  }

  private static Supplier<byte[]> utf8(String line) {
    return () -> line.getBytes(StandardCharsets.UTF_8);
  }
}
