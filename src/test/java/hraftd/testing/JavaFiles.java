package hraftd.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's own source, for tests that look at it. */
public final class JavaFiles {

  private JavaFiles() {}

  /** All in this directory and below, in the order of their paths. */
  public static List<Path> in(Path root) throws IOException {
    try (Stream<Path> found = Files.walk(root)) {
      return found.filter(path -> path.toString().endsWith(".java")).sorted().toList();
    }
  }
}
