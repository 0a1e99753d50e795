package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart for machines without a shell, run from its source. */
class QuickstartSourceIT {

  @TempDir Path directory;

  private @Nullable ScriptRun scripts;

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (scripts != null) {
      scripts.run("curl -s -m 30 -X POST 127.0.0.1:" + scripts.httpPort() + "/shutdown");
    }
  }

  @Test
  void threeNodesThatStayAndThatASecondRunFinds() throws IOException, InterruptedException {
    ScriptRun run = new ScriptRun(directory);
    scripts = run;
    String started = run.succeeds("cd .. && java scripts/Quickstart.java");
    assertTrue(started.contains("{\"revision\":1}"), started);
    assertTrue(started.contains("{\"myKey\":\"myValue\"}"), started);

    String again = run.succeeds("cd .. && java scripts/Quickstart.java");
    assertTrue(again.contains("{\"revision\":2}"), again);
  }

  @Test
  void wordsAreRefusedBeforeAnythingIsDone() throws IOException, InterruptedException {
    ScriptRun unused = new ScriptRun(directory);
    Shell.Result result = unused.run("java Quickstart.java --help");
    assertEquals(2, result.exitCode(), result::toString);
    assertTrue(result.output().contains("It takes no arguments"), result::toString);
  }
}
