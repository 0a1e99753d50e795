package hraftd.scripts;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A script that gets a signal leaves none of its processes behind, and no directory. The signal
 * comes from a tool that it calls.
 */
class StoppedScriptTest {

  /** Says who runs, then goes on for longer than any test; the background knows no Ctrl-C. */
  private static final String RUNS = "echo $$ >here.pid; exec sleep 300";

  /** To the shell that has called the tool, when what it has started runs. */
  private static final String STOPS = "until [ -s here.pid ]; do :; done; kill -TERM $PPID; exit 1";

  @TempDir Path directory;

  private ScriptCopy copy;

  @BeforeEach
  void copyTheScripts() throws IOException {
    copy = new ScriptCopy(directory);
    copy.mavenSays("", 0);
  }

  private Path pid() {
    return directory.resolve("here.pid");
  }

  private boolean runs() throws IOException {
    String pid = Files.readString(pid()).strip();
    return Shell.attempt("kill", "-0", pid).exitCode() == 0;
  }

  @AfterEach
  void endIt() throws IOException {
    if (Files.exists(pid()) && runs()) {
      Shell.attempt("kill", Files.readString(pid()).strip());
    }
  }

  private void assertEndsWhatItStarted(String line) throws Exception {
    Shell.Result result = copy.type(line);
    assertTrue(Files.exists(pid()), result::toString);
    eventually("what it started has ended: " + result, () -> !runs());
  }

  @Test
  void theNodeOfTheGeneratedClients() throws Exception {
    Path document = directory.resolve("src/main/resources/openapi.yaml");
    Files.createDirectories(document.getParent());
    Files.writeString(document, "");
    // Scripts work in directories of their own.
    String node = "echo ' listening on http://127.0.0.1:1, ready'; " + inDirectory(RUNS);
    copy.tool(
        "java",
        "case $* in -version) echo 'version \"17.0.1\"' ;; *' -inmem'*) "
            + node
            + " ;; *) "
            + inDirectory(STOPS)
            + " ;; esac");
    Path jar = Files.writeString(directory.resolve("any.jar"), "");
    assertEndsWhatItStarted("HRAFTD_JAR=" + jar + " sh scripts/clients-test");
  }

  @Test
  void theNodeWhoseClassesAreLaidOut() throws Exception {
    copy.tool(
        "java",
        "case $* in -version) echo 'version \"17.0.1\"' ;; *) "
            + inDirectory("echo $$ >here.pid; kill -TERM $PPID; exec sleep 300")
            + " ;; esac");
    Path jar = Files.writeString(directory.resolve("any.jar"), "");
    assertEndsWhatItStarted("HRAFTD_JAR=" + jar + " sh scripts/quickstart");
  }

  @Test
  void whatShowsHowFarABackupIs() throws Exception {
    Files.createDirectories(directory.resolve("data/node1"));
    Files.writeString(directory.resolve("data/node1.log"), "");
    // A process that runs and has a pid file: this one.
    String writePidFile =
        "here=scripts; . scripts/lib.sh; pid="
            + ProcessHandle.current().pid()
            + "; printf '%s\\n%s\\n0\\n' $pid \"$(process_start $pid)\" >data/node1.pid";
    copy.type(writePidFile);
    copy.tool("sleep", inDirectory("[ -s here.pid ] || echo $PPID >here.pid; exec /bin/sleep 0.1"));
    copy.tool("curl", "case $* in */readyz*) printf 200 ;; *) " + inDirectory(STOPS) + " ;; esac");
    assertEndsWhatItStarted("sh scripts/cluster backup file");
  }

  private String inDirectory(String script) {
    return script.replace("here.pid", "'" + pid() + "'");
  }
}
