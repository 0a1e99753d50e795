package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every script is plain POSIX sh: macOS has bash 3.2, and busybox none. */
class PortabilityTest {

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
