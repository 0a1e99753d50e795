package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which older versions scripts/upgrade-test takes, and what it says of several. */
class UpgradeScriptTest {

  private static final String NEWER = "1".repeat(40);
  private static final String OLDER = "2".repeat(40);

  private static final String CHANGELOG =
      """
      # Changelog

      ## Unreleased

      ## 2.1.0, 2027-01-01

      Released as commit %s.

      ### Added

      ## 2.0.0, 2026-01-01

      Released as commit %s.
      """
          .formatted(NEWER, OLDER);

  @TempDir Path directory;

  private ScriptCopy copy;

  @BeforeEach
  void copyTheScripts() throws IOException {
    copy = new ScriptCopy(directory);
    copy.allowChaos();
    // rev-parse is asked for a commit: its last word, with ^{commit} behind it.
    copy.tool("git", "for last; do :; done; echo \"${last%^*}\"");
    Files.writeString(directory.resolve("CHANGELOG.md"), CHANGELOG);
    Path released = Files.createDirectories(directory.resolve("target/released"));
    for (String commit : List.of(NEWER, OLDER)) {
      Files.writeString(released.resolve(commit + ".jar"), "");
    }
  }

  /** The jars that chaos was called with, in order; it ends with a code for each. */
  private void assertRuns(
      String line, int newersCode, int oldersCode, int code, List<String> commits)
      throws Exception {
    copy.script(
        "chaos",
        "echo \"chaos $*\"; case $* in *"
            + NEWER
            + "*) exit "
            + newersCode
            + " ;; esac; exit "
            + oldersCode);
    Shell.Result result = copy.type(line);
    List<String> seen =
        Pattern.compile("chaos upgrade --older \\S*/([0-9a-f]{40})\\.jar .* --seed 7")
            .matcher(result.output())
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toList());
    assertEquals(commits, seen, result::toString);
    assertEquals(code, result.exitCode(), result::toString);
  }

  @Test
  void allReleasedVersionsTheNewestFirst() throws Exception {
    assertRuns("scripts/upgrade-test --seed 7", 0, 0, 0, List.of(NEWER, OLDER));
  }

  @Test
  void oneThatFailsDoesNotHideTheOthers() throws Exception {
    assertRuns("scripts/upgrade-test --seed 7", 1, 0, 1, List.of(NEWER, OLDER));
    assertRuns("scripts/upgrade-test --seed 7", 0, 1, 1, List.of(NEWER, OLDER));
    assertRuns("scripts/upgrade-test --seed 7", 3, 1, 1, List.of(NEWER, OLDER));
    assertRuns("scripts/upgrade-test --seed 7", 1, 3, 1, List.of(NEWER, OLDER));
    assertRuns("scripts/upgrade-test --seed 7", 0, 3, 3, List.of(NEWER, OLDER));
  }

  @Test
  void oneByItsNameOrCommit() throws Exception {
    assertRuns("scripts/upgrade-test 2.0.0 --seed 7", 0, 0, 0, List.of(OLDER));
    assertRuns("scripts/upgrade-test --seed 7 2.1.0", 0, 0, 0, List.of(NEWER));
    assertRuns("scripts/upgrade-test " + OLDER + " --seed 7", 0, 0, 0, List.of(OLDER));
  }

  @Test
  void theNewestJarAlone() throws Exception {
    Shell.Result result = copy.type("scripts/upgrade-test --jar");
    assertTrue(result.output().endsWith("/target/released/" + NEWER + ".jar\n"), result::toString);
    assertEquals(0, result.exitCode());
  }
}
