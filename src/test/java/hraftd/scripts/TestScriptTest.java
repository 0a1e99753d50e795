package hraftd.scripts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What scripts/test makes of Maven's words, in the plain shell and in busybox with nothing but its
 * tools. Maven is a script here that says what Maven said once.
 */
class TestScriptTest {

  /** Its shell, and no tools but its own. */
  private static final String BUSYBOX = "busybox";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String SAID =
      """
      [INFO] --- maven-surefire-plugin:3.6.1:test (default-test) @ hraftd ---
      [INFO] Running hraftd.FlagsTest
      [ERROR] Tests run: 9, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1.2 s -- in hraftd.FlagsTest
      [ERROR] hraftd.FlagsTest.addresses -- Time elapsed: 0.01 s <<< FAILURE!
      org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
      	at hraftd.FlagsTest.addresses(FlagsTest.java:10)

      [INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 2.5 s -- in hraftd.kv.MapTest
      [ERROR] Tests run: 13, Failures: 1, Errors: 0, Skipped: 1
      [INFO] Total time:  01:02 min
      """;

  private static final String SHOWN =
      """
      mvn -B test (the full log: target/test.log)
      [maven-surefire-plugin test]
        Tests run: 9, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1.2 s -- in hraftd.FlagsTest
        Tests run: 4, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 2.5 s -- in hraftd.kv.MapTest
      Total time:  01:02 min

      FAILED  FlagsTest#addresses
              org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
              again: scripts/test --only FlagsTest#addresses
      11 passed, 1 failed, 1 skipped
      """;

  private static final String TOLD =
      """
      chaos run: FAILED (again: scripts/chaos --short, with the seed that it names)
      reproduce run: passed
      clients run: NOT RUN, for the reason in target/clients.log
      upgrade run: NOT RUN, for the reason in target/upgrade.log
      """;

  @TempDir Path directory;

  private ScriptCopy copy;

  @BeforeEach
  void copyTheScript() throws IOException {
    copy = new ScriptCopy(directory);
    copy.mavenSays(SAID, 0);
  }

  private Shell.Result test(String shell, String arguments) throws Exception {
    String tools = copy.tools().toString();
    if (shell.equals(BUSYBOX)) {
      assumeTrue(
          Shell.attempt("busybox", "true").exitCode() == 0, "NOT TESTED: there is no busybox");
      Shell.run("sh", "-c", "cp \"$(command -v busybox)\" " + tools);
      Shell.run(tools + "/busybox", "--install", "-s", tools);
    } else {
      assumeTrue(
          Shell.attempt("sh", "-c", "command -v " + shell.split(" ")[0]).exitCode() == 0,
          "NOT TESTED: there is no " + shell);
      tools += ":" + System.getenv("PATH");
    }
    String typed = shell.equals(BUSYBOX) ? "sh" : shell;
    return new Shell(directory, Map.of("PATH", tools))
        .type(typed + " scripts/test " + arguments, LIMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash --posix", BUSYBOX})
  void aScreenOfWhatFailed(String shell) throws Exception {
    Shell.Result result = test(shell, "--only FlagsTest,kv.MapTest");
    assertEquals(SHOWN, result.output());
    assertEquals(1, result.exitCode());
    assertEquals(SAID, Files.readString(directory.resolve("target/test.log")));
    assertEquals(
        "-B -f "
            + directory
            + "/pom.xml test -Dmaven.test.failure.ignore=true -Dtest=FlagsTest,kv.MapTest\n",
        Files.readString(directory.resolve("asked.txt")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", BUSYBOX})
  void howOftenItFailed(String shell) throws Exception {
    Shell.Result result = test(shell, "--repeat 2 --only FlagsTest");
    assertEquals(1, result.exitCode(), result::toString);
    String end =
        """
        FAILED  2 of 2  FlagsTest#addresses
                org.opentest4j.AssertionFailedError: expected: <1> but was: <2>
                again: scripts/test --only FlagsTest#addresses
        2 of 2 runs failed; what they left is in target/repeat
        22 passed, 2 failed, 2 skipped
        """;
    assertEquals(end, result.output().substring(result.output().indexOf("FAILED  2 of")));
  }

  /** There is a program; one of the runs fails, the other cannot be done. */
  private void prepareRunsAfterTheTests() throws IOException {
    copy.script("chaos", "echo \"chaos $*\"; exit 1");
    copy.script("reproduce", "echo the same");
    copy.script("clients-test", "exit 3");
    copy.script("upgrade-test", "echo upgrade; exit 3");
    Files.createDirectories(directory.resolve("src/main"));
    Files.writeString(directory.resolve("pom.xml"), "");
    Files.writeString(
        Files.createDirectories(directory.resolve("target")).resolve("hraftd.jar"),
        "io/javalin/Javalin.class PK\5\6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", BUSYBOX})
  void theRunsAfterTheTests(String shell) throws Exception {
    prepareRunsAfterTheTests();
    Shell.Result result = test(shell, "");
    assertTrue(result.output().contains("\n" + TOLD), result::toString);
    assertEquals(1, result.exitCode());
    assertEquals(
        "chaos --short --recovery 20\n", Files.readString(directory.resolve("target/chaos.log")));
    assertEquals("upgrade\n", Files.readString(directory.resolve("target/upgrade.log")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", BUSYBOX})
  void howOftenTheRunsAfterTheTestsFailed(String shell) throws Exception {
    prepareRunsAfterTheTests();
    Shell.Result result = test(shell, "--repeat 2");
    assertTrue(
        result.output().contains(", " + TOLD.strip().replace("\n", ", ") + "\n"), result::toString);
    assertTrue(
        result.output().contains("FAILED  2 of 2  chaos run\n2 of 2 runs failed;"),
        result::toString);
    assertEquals(1, result.exitCode());
  }

  @Test
  void noProgramFailsEachRunThatNeedsOne() throws Exception {
    Shell.Result result = test("sh", "--repeat 2");
    String none = " run: NOT RUN, as there is no program";
    assertTrue(
        result
            .output()
            .contains(
                ", chaos"
                    + none
                    + ", reproduce"
                    + none
                    + ", clients"
                    + none
                    + ", upgrade"
                    + none
                    + "\n"),
        result::toString);
    assertTrue(
        result
            .output()
            .contains(
                "FAILED  2 of 2  chaos run\nFAILED  2 of 2  clients run\nFAILED  2 of 2  reproduce run\nFAILED  2 of 2  upgrade run\n"),
        result::toString);
    assertEquals(1, result.exitCode());
  }
}
