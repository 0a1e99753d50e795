package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.JavaFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The classes and methods that the documents for programmers name are there. */
class ClassNamesTest {

  private static final List<Path> DOCUMENTS =
      List.of(
          Path.of("CONTRIBUTING.md"),
          Path.of("docs", "architecture.md"),
          Path.of("docs", "formats.md"),
          Path.of("docs", "guarantees.md"));

  /** A class in code, perhaps with a method. */
  private static final Pattern NAME =
      Pattern.compile("`([A-Z][a-z]\\w*)(?:\\.([a-z]\\w*))?(?:\\([^`]*)?`");

  @Test
  void everyClassAndMethodIsThere() throws IOException {
    Map<String, String> classes = classes();
    List<String> missing = new ArrayList<>();
    int found = 0;
    for (Path document : DOCUMENTS) {
      Matcher name = NAME.matcher(Files.readString(document));
      while (name.find()) {
        String source = classes.get(name.group(1));
        if (source == null
            || (name.group(2) != null && !source.contains(" " + name.group(2) + "("))) {
          missing.add(document + ": " + name.group());
        } else {
          found++;
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(found > 20, "names in the documents: " + found);
  }

  private static Map<String, String> classes() throws IOException {
    Map<String, String> classes = new HashMap<>();
    for (Path file : JavaFiles.in(Path.of("src"))) {
      classes.put(
          file.getFileName().toString().replaceFirst("\\.java$", ""), Files.readString(file));
    }
    return classes;
  }
}
