package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What -version says of the commit, as far as the build knew it. */
class BuildInfoTest {

  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static String text(String commit, String changed) {
    Properties written = new Properties();
    written.setProperty("commit", commit);
    written.setProperty("changed", changed);
    return BuildInfo.of("1.2", written).text();
  }

  @Test
  void aCommitHasItsTimeInUtc() {
    assertEquals(
        "1.2 (commit 0123456789ab of 2026-11-27T18:21:45Z)",
        text(COMMIT + " 2026-11-27T19:21:45+01:00", "false"));
    assertEquals(
        "1.2 (commit 0123456789ab of 2026-11-27T18:21:45Z, and changes that are not committed)",
        text(COMMIT + " 2026-11-27T18:21:45Z", "true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "$Format:%H %cI$",
        "${git.commit}",
        COMMIT,
        COMMIT + " yesterday",
        "0123 2026-11-27T18:21:45Z"
      })
  void whatIsNoCommitIsNotShown(String commit) {
    assertEquals("1.2", text(commit, "true"));
  }

  @Test
  void nothingIsWrittenBesideClassesWithoutABuild() {
    assertEquals("dev", BuildInfo.of("dev", new Properties()).text());
  }

  @Test
  void aSourceArchiveKnowsItsCommit() {
    String file = "src/main/build/commit.txt";
    Shell.Result head = Shell.attempt("git", "log", "-1", "--format=%H %cI");
    Assumptions.assumeTrue(
        Files.exists(Path.of(".git")) && head.exitCode() == 0, "NOT TESTED: this is no clone");
    Shell.Result archived =
        Shell.attempt("sh", "-c", "git archive HEAD " + file + " | tar -xO " + file);
    assertEquals(head.output(), archived.output());
  }
}
