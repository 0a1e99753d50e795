package hraftd.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies and deletes directories with all that is in them. */
public final class DirectoryTree {

  private DirectoryTree() {}

  /** Copies this file or directory to a place where nothing is yet. */
  public static void copy(Path root, Path target) throws IOException {
    List<Path> highestFirst;
    try (Stream<Path> found = Files.walk(root)) {
      highestFirst = found.toList();
    }
    for (Path path : highestFirst) {
      Files.copy(path, target.resolve(root.relativize(path).toString()));
    }
  }

  /** Deletes this file or directory, if it is there; the deepest first. */
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    List<Path> deepestFirst;
    try (Stream<Path> found = Files.walk(root)) {
      deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }
}
