package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be broken on a machine is said before anything is built for it. */
class ObstacleTest {

  private static final int CANNOT_RUN = 3;
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path directory;

  private ScriptCopy copy;

  @BeforeEach
  void copyTheScripts() throws IOException {
    copy = new ScriptCopy(directory);
    copy.mavenSays("", 1);
    copy.tool("git", "echo " + COMMIT);
  }

  private void assertRefused(String line, String why) throws Exception {
    Shell.Result result = copy.type("sh scripts/" + line);
    String script = line.replaceAll(" .*", "");
    assertEquals(
        "scripts/" + script + " cannot run here: " + why + "\n", result.output(), result::toString);
    assertEquals(CANNOT_RUN, result.exitCode());
    assertFalse(Files.exists(directory.resolve("asked.txt")), "Maven was asked");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chaos leader-kill", "upgrade-test " + COMMIT})
  void withoutLinux(String line) throws Exception {
    copy.tool("uname", "echo Darwin");
    assertRefused(line, "it needs Linux's network namespaces");
  }

  @ParameterizedTest
  @ValueSource(strings = {"chaos leader-kill", "upgrade-test " + COMMIT})
  void withoutRoot(String line) throws Exception {
    copy.tool("uname", "echo Linux");
    copy.tool("id", "echo 1000");
    String script = line.replaceAll(" .*", "");
    assertRefused(line, "it needs root (sudo scripts/" + script + " ...)");
  }

  @Test
  void theOlderJarAloneNeedsNeither() throws Exception {
    copy.tool("uname", "echo Darwin");
    Shell.Result result = copy.type("sh scripts/upgrade-test --jar " + COMMIT);
    assertTrue(result.output().contains("building hraftd of 0123456789ab"), result::toString);
    assertTrue(Files.exists(directory.resolve("asked.txt")), result::toString);
  }
}
