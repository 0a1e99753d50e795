package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Ports;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts do what they say, on the jar under test. */
class ScriptsIT {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  @TempDir Path directory;

  private final int httpPort = Ports.free(3);
  private final int raftPort = Ports.free(3);

  private Shell.Result run(String command) throws IOException, InterruptedException {
    Map<String, String> environment =
        Map.of(
            "HRAFTD_JAR",
            Path.of(System.getProperty("hraftd.jar", "target/hraftd.jar"))
                .toAbsolutePath()
                .toString(),
            "HRAFTD_DATA",
            directory.resolve("data").toString(),
            "HRAFTD_HTTP_PORT",
            Integer.toString(httpPort),
            "HRAFTD_RAFT_PORT",
            Integer.toString(raftPort),
            "HRAFTD_JAVA_OPTS",
            "-Xmx256m -XX:TieredStopAtLevel=1");
    return new Shell(Path.of("scripts").toAbsolutePath(), environment).type(command, LIMIT);
  }

  private String succeeds(String command) throws IOException, InterruptedException {
    Shell.Result result = run(command);
    assertEquals(0, result.exitCode(), result::toString);
    return result.output();
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    run("./cluster clean");
  }

  @Test
  void quickstartThenDailyUse() throws IOException, InterruptedException {
    String started = succeeds("./quickstart");
    assertTrue(started.contains("{\"myKey\":\"myValue\"}"), started);
    for (int i = 0; i < 3; i++) {
      assertTrue(started.contains("http://127.0.0.1:" + (httpPort + i)), started);
    }
    // Again, on what runs already.
    succeeds("./quickstart");

    assertTrue(succeeds("./cluster kill 2").contains("node2 killed"), "kill");
    assertTrue(succeeds("./cluster status").matches("(?s).*node2 [^\\n]*stopped.*"), "status");
    assertEquals(1, run("./cluster kill 2").exitCode(), "it does not run any more");
    assertTrue(!succeeds("./cluster start").contains("stopped"), "start brings it back");

    succeeds("./cluster stop");
    String stopped = succeeds("./cluster status");
    assertEquals(3, stopped.lines().filter(line -> line.contains("stopped")).count(), stopped);
    succeeds("./cluster start 3");
    assertEquals(
        "{\"myKey\":\"myValue\"}",
        succeeds("curl -s --retry 20 127.0.0.1:" + httpPort + "/key/myKey").strip());

    Path backup = directory.resolve("backup.jsonl");
    assertTrue(succeeds("./cluster backup " + backup).contains("1 keys in"), "backup");
    succeeds("curl -sf --retry 20 -X DELETE 127.0.0.1:" + httpPort + "/key/myKey");
    assertTrue(succeeds("./cluster restore " + backup).contains("\"keys\":1"), "restore");
    assertEquals(1, run("./cluster restore " + directory.resolve("data/node1.log")).exitCode());
    assertEquals(
        "{\"myKey\":\"myValue\"}",
        succeeds("curl -s --retry 20 127.0.0.1:" + httpPort + "/key/myKey").strip());

    succeeds("./cluster clean");
    assertTrue(Files.notExists(directory.resolve("data")), "everything is gone");
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException, InterruptedException {
    try (Daemon other =
        new Daemon("other", directory.resolve("other"), httpPort, Ports.free()).start()) {
      Shell.Result result = run("./cluster start 1");
      assertEquals(1, result.exitCode(), result::toString);
      assertTrue(result.output().contains(Integer.toString(httpPort)), result::toString);
      assertTrue(other.isRunning(), "the other one is left alone");
    }
  }

  @Test
  void aStrangersProcessIsNeverTouched() throws IOException, InterruptedException {
    // A pid file left behind, whose number belongs to another process by now.
    Files.createDirectories(directory.resolve("data/node1"));
    Files.writeString(
        directory.resolve("data/node1.pid"), ProcessHandle.current().pid() + "\n12345\n");
    succeeds("./cluster stop");
    assertTrue(ProcessHandle.current().isAlive(), "we are still here");
  }

  @Test
  void wrongArgumentsAreExplained() throws IOException, InterruptedException {
    assertEquals(2, run("./cluster").exitCode());
    assertEquals(2, run("./cluster frobnicate").exitCode());
    assertEquals(1, run("./cluster start 0").exitCode());
    assertEquals(1, run("./cluster start many").exitCode());
    assertEquals(1, run("./cluster kill").exitCode());
    assertEquals(1, run("./quickstart now").exitCode());
  }

  @Test
  void aWordTooManyDeletesNothing() throws IOException, InterruptedException {
    Path kept = Files.createDirectories(directory.resolve("data/node1"));
    for (String words : List.of("clean 2", "clean --yes", "stop 1", "status 1", "restore a b")) {
      assertEquals(2, run("./cluster " + words).exitCode(), words);
    }
    assertTrue(Files.isDirectory(kept), "the data is still there");
  }
}
