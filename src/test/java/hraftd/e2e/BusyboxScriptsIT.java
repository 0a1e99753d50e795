package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts where there is no more than POSIX asks for: with busybox's shell and tools alone, and
 * Java, curl and openssl beside them.
 */
class BusyboxScriptsIT {

  @TempDir Path directory;

  private ScriptRun scripts;

  @BeforeEach
  void onlyBusyboxIsThere() throws IOException {
    assumeTrue(
        Shell.attempt("busybox", "true").exitCode() == 0,
        "NOT TESTED: no busybox (apt-get install busybox, or scripts/test --install)");
    Path tools = Files.createDirectory(directory.resolve("tools"));
    Shell.run("sh", "-c", "cp \"$(command -v busybox)\" " + tools);
    Shell.run(tools.resolve("busybox").toString(), "--install", "-s", tools.toString());
    for (String name : new String[] {"java", "curl", "openssl"}) {
      String real = Shell.run("sh", "-c", "command -v " + name).strip();
      Files.createSymbolicLink(tools.resolve(name), Path.of(real));
    }
    scripts = new ScriptRun(directory);
    scripts.toolsFrom(tools);
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    if (scripts != null) {
      scripts.run("sh ./cluster clean");
    }
  }

  @Test
  void certificatesForTryingOut() throws IOException, InterruptedException {
    Path certificates = directory.resolve("certs");
    String made = scripts.succeeds("sh ./certs " + certificates + " node1 10.0.0.1");
    assertEquals(3, made.lines().count(), made);
    assertTrue(Files.exists(certificates.resolve("10.0.0.1.key")), made);
  }

  @Test
  void aClusterForDailyUseThatGrows() throws IOException, InterruptedException {
    String started = scripts.succeeds("sh ./quickstart");
    assertTrue(started.contains("{\"myKey\":\"myValue\"}"), started);
    assertTrue(scripts.succeeds("sh ./cluster kill 2").contains("node2 killed"));

    String grown = scripts.succeeds("sh ./cluster start 4");
    assertTrue(grown.contains("node4 joins the cluster"), grown);
    assertEquals(
        4,
        grown.lines().filter(line -> line.matches("node.* (leader|follower) .*")).count(),
        grown);

    Path backup = directory.resolve("backup.jsonl");
    assertTrue(scripts.succeeds("sh ./cluster backup " + backup).contains("1 keys in"));
    assertTrue(scripts.succeeds("sh ./cluster restore " + backup).contains("\"keys\":1"));
    assertTrue(scripts.succeeds("sh ./cluster stop").contains("stopped 4 nodes"));
    assertTrue(scripts.succeeds("sh ./cluster clean").contains("removed 4 nodes"));
    assertTrue(Files.notExists(directory.resolve("data")), "everything is gone");

    String secure = scripts.succeeds("sh ./cluster start --secure 1");
    assertTrue(secure.matches("(?s).*node1 .* leader .*"), secure);
    scripts.succeeds("sh ./cluster clean");
    assertTrue(Files.notExists(directory.resolve("data")), "and again");
  }
}
