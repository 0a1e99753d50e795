package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Ports;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts do what they say, on the jar under test. */
class ScriptsIT {

  @TempDir Path directory;

  private ScriptRun scripts;

  @BeforeEach
  void prepare() {
    scripts = new ScriptRun(directory);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    scripts.run("./cluster clean");
  }

  @Test
  void quickstartThenDailyUse() throws IOException, InterruptedException {
    String started = scripts.succeeds("./quickstart");
    assertTrue(started.contains("{\"myKey\":\"myValue\"}"), started);
    for (int i = 0; i < 3; i++) {
      assertTrue(started.contains("http://127.0.0.1:" + (scripts.httpPort() + i)), started);
    }
    // Again, on what runs already.
    scripts.succeeds("./quickstart");

    assertTrue(scripts.succeeds("./cluster kill 2").contains("node2 killed"), "kill");
    assertTrue(
        scripts.succeeds("./cluster status").matches("(?s).*node2 [^\\n]*stopped.*"), "status");
    assertEquals(1, scripts.run("./cluster kill 2").exitCode(), "it does not run any more");
    assertTrue(!scripts.succeeds("./cluster start").contains("stopped"), "start brings it back");

    scripts.succeeds("./cluster stop");
    String stopped = scripts.succeeds("./cluster status");
    assertEquals(3, stopped.lines().filter(line -> line.contains("stopped")).count(), stopped);
    scripts.succeeds("./cluster start 3");
    assertEquals(
        "{\"myKey\":\"myValue\"}",
        scripts
            .succeeds("curl -s --retry 20 127.0.0.1:" + scripts.httpPort() + "/key/myKey")
            .strip());

    Path backup = directory.resolve("backup.jsonl");
    assertTrue(scripts.succeeds("./cluster backup " + backup).contains("1 keys in"), "backup");
    scripts.succeeds(
        "curl -sf --retry 20 -X DELETE 127.0.0.1:" + scripts.httpPort() + "/key/myKey");
    assertTrue(scripts.succeeds("./cluster restore " + backup).contains("\"keys\":1"), "restore");
    assertEquals(
        1, scripts.run("./cluster restore " + directory.resolve("data/node1.log")).exitCode());
    assertEquals(
        "{\"myKey\":\"myValue\"}",
        scripts
            .succeeds("curl -s --retry 20 127.0.0.1:" + scripts.httpPort() + "/key/myKey")
            .strip());

    scripts.succeeds("./cluster clean");
    assertTrue(Files.notExists(directory.resolve("data")), "everything is gone");
  }

  @Test
  void aSecureClusterIsOneForAllScripts() throws IOException, InterruptedException {
    String started = scripts.succeeds("./quickstart --secure");
    assertTrue(started.contains("{\"myKey\":\"myValue\"}"), started);
    Path data = directory.resolve("data");
    String secret = Files.readString(data.resolve("secret")).strip();
    assertEquals("rw-------", mode(data.resolve("secret")));
    for (String home : List.of("curl", "curl-app")) {
      assertEquals("rwx------", mode(data.resolve(home)));
      assertEquals("rw-------", mode(data.resolve(home).resolve(".netrc")));
    }
    assertFalse(scripts.succeeds("ps -ef").contains(secret), "in no process's arguments");
    assertFalse(started.contains(secret), started);
    assertFalse(started.matches("(?s).*hr_[A-Za-z0-9_-]{9}.*"), started);

    assertTrue(started.contains("https://127.0.0.1:" + scripts.httpPort()), started);
    for (String key : List.of("ca.key", "node1.key", "node3.key")) {
      assertEquals("rw-------", mode(data.resolve("certs").resolve(key)));
    }

    // Nobody; the program with the token, which may not do all; the admin.
    String status = "curl -s -o /dev/null -w '%{http_code}' localhost:" + scripts.httpPort();
    String nobody = "CURL_HOME=/nowhere " + status.replace("localhost", "https://localhost");
    assertEquals("000", scripts.run(nobody + "/key/myKey").output(), "nor is the node believed");
    String stranger = nobody + "/key/myKey --cacert " + data.resolve("certs/ca.pem");
    assertEquals("401", scripts.succeeds(stranger));
    String app = "CURL_HOME=" + data.resolve("curl-app") + " " + status;
    assertEquals("200", scripts.succeeds(app + "/key/myKey"));
    assertEquals("403", scripts.succeeds(app + "/key/other"));
    String admin = "CURL_HOME=" + data.resolve("curl") + " " + status;
    assertEquals("404", scripts.succeeds(admin + "/key/other"));

    scripts.succeeds("./cluster kill 2");
    String grown = scripts.succeeds("./cluster start 4");
    assertTrue(grown.contains("node4 joins the cluster"), grown);
    assertEquals(
        4, grown.lines().filter(line -> line.matches("node.* (leader|follower) .*")).count());
    Path backup = directory.resolve("backup.jsonl");
    assertTrue(scripts.succeeds("./cluster backup " + backup).contains("1 keys in"), "backup");
    assertTrue(scripts.succeeds("./cluster restore " + backup).contains("\"keys\":1"), "restore");
    scripts.succeeds("./cluster stop");
    scripts.succeeds("./cluster clean");
    assertTrue(Files.notExists(data), "everything is gone");
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void anOpenClusterIsNotMadeSecureByAWord() throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("data/node1"));
    for (String line : List.of("./cluster start --secure", "./quickstart --secure")) {
      String refused = scripts.ends(1, line);
      assertTrue(refused.contains("are open to everybody"), refused);
    }
    assertTrue(Files.notExists(directory.resolve("data/secret")));
  }

  @Test
  void cleanLeavesWhatOthersHavePutThere() throws IOException, InterruptedException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.writeString(data.resolve("secret"), "0".repeat(64) + "\n");
    Path theirs = Files.createDirectories(data.resolve("curl")).resolve("notes");
    Files.writeString(theirs, "theirs");
    scripts.succeeds("./cluster clean");
    assertTrue(Files.notExists(data.resolve("secret")));
    assertTrue(Files.exists(theirs));
  }

  @Test
  void everySlipIsSaid() throws IOException, InterruptedException {
    assertTrue(scripts.ends(1, "./cluster backup " + directory.resolve("b")).contains("no nodes"));
    assertTrue(scripts.ends(1, "./cluster restore b").contains("no nodes"));
    assertTrue(scripts.succeeds("./cluster stop").contains("nothing to stop"));
    assertTrue(scripts.succeeds("./cluster clean").contains("nothing to remove"));

    scripts.succeeds("./cluster start 1");
    Path nowhere = directory.resolve("nowhere/backup.jsonl");
    String unwritable = scripts.ends(1, "./cluster backup " + nowhere);
    assertTrue(unwritable.contains(nowhere + " cannot be written"), unwritable);
    assertTrue(scripts.succeeds("./cluster stop").contains("stopped 1 nodes"));
    assertTrue(scripts.succeeds("./cluster stop").contains("no node was running"));
    String still = scripts.ends(1, "./cluster backup " + directory.resolve("b"));
    assertTrue(still.contains("no node runs: scripts/cluster start"), still);
  }

  @Test
  void aPortThatIsTakenIsSaid() throws IOException, InterruptedException {
    try (Daemon other =
        new Daemon("other", directory.resolve("other"), scripts.httpPort(), Ports.free()).start()) {
      Shell.Result result = scripts.run("./cluster start 1");
      assertEquals(1, result.exitCode(), result::toString);
      assertTrue(result.output().contains(Integer.toString(scripts.httpPort())), result::toString);
      assertTrue(other.isRunning(), "the other one is left alone");
    }
  }

  @Test
  void aStrangersProcessIsNeverTouched() throws IOException, InterruptedException {
    // A pid file left behind, whose number belongs to another process by now.
    Files.createDirectories(directory.resolve("data/node1"));
    Files.writeString(
        directory.resolve("data/node1.pid"), ProcessHandle.current().pid() + "\n12345\n");
    scripts.succeeds("./cluster stop");
    assertTrue(ProcessHandle.current().isAlive(), "we are still here");
  }

  @Test
  void wrongArgumentsAreExplained() throws IOException, InterruptedException {
    assertEquals(2, scripts.run("./cluster").exitCode());
    assertEquals(2, scripts.run("./cluster frobnicate").exitCode());
    assertEquals(2, scripts.run("./cluster start 0").exitCode());
    assertEquals(2, scripts.run("./cluster start many").exitCode());
    assertEquals(2, scripts.run("./cluster kill").exitCode());
    assertEquals(2, scripts.run("./quickstart now").exitCode());
  }

  @Test
  void aWordTooManyDeletesNothing() throws IOException, InterruptedException {
    Path kept = Files.createDirectories(directory.resolve("data/node1"));
    for (String words : List.of("clean 2", "clean --yes", "stop 1", "status 1", "restore a b")) {
      assertEquals(2, scripts.run("./cluster " + words).exitCode(), words);
    }
    assertTrue(Files.isDirectory(kept), "the data is still there");
  }
}
