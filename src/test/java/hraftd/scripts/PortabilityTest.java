package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every script is plain POSIX sh: macOS has bash 3.2, and busybox none. */
class PortabilityTest {

  /** What a line makes read-only. */
  private static final Pattern READONLY = Pattern.compile("(?m)^ *readonly (.+)$");

  /** Each name in such a line, with a value or without. */
  private static final Pattern NAME = Pattern.compile("(?<=^| )\\w+(?==| |$)");

  private static List<Path> scripts() throws IOException {
    List<Path> found = new ArrayList<>(List.of(Path.of(".ci/run")));
    try (Stream<Path> files = Files.list(Path.of("scripts"))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        if (Files.readString(file).startsWith("#!/") || file.toString().endsWith(".sh")) {
          found.add(file);
        }
      }
    }
    return found;
  }

  @Test
  void everyScriptIsForThePlainShell() throws IOException {
    for (Path script : scripts()) {
      String first = Files.readAllLines(script).get(0);
      assertTrue(
          List.of("#!/bin/sh", "# shellcheck shell=sh").contains(first), script + ": " + first);
    }
  }

  /**
   * To set such a variable ends a shell, also where lib.sh means one of its own, in parentheses.
   */
  @Test
  void noVariableOfTheSharedFunctionsIsReadOnly() throws IOException {
    String shared = Files.readString(Path.of("scripts/lib.sh"));
    for (Path script : scripts()) {
      Matcher line = READONLY.matcher(Files.readString(script));
      while (line.find()) {
        Matcher names = NAME.matcher(line.group(1));
        while (names.find()) {
          String sets = "(?<![\\w$-])(%1$s=|for %1$s\\b|read -r %1$s\\b)".formatted(names.group());
          assertFalse(
              Pattern.compile(sets).matcher(shared).find(),
              () -> script + ": lib.sh sets " + names.group());
        }
      }
    }
  }

  @Test
  void shellcheckHasNothingToSay() throws IOException {
    assumeTrue(
        Shell.attempt("shellcheck", "--version").exitCode() == 0,
        "NOT TESTED: no shellcheck (apt-get install shellcheck, or scripts/test --install)");
    for (Path script : scripts()) {
      Shell.Result result = Shell.attempt("shellcheck", "-x", "-s", "sh", script.toString());
      assertEquals("", result.output(), script::toString);
      assertEquals(0, result.exitCode(), result::toString);
    }
  }
}
