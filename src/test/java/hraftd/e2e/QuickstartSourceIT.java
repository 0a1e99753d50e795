package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart for machines without a shell, run from its source. */
class QuickstartSourceIT {

  /** Its nodes get the option, too: compiling less saves the tests' own time. */
  private static final String QUICKSTART =
      "cd .. && JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1 java scripts/Quickstart.java";

  @TempDir Path directory;

  private ScriptRun scripts;

  @BeforeEach
  void prepare() {
    scripts = new ScriptRun(directory);
  }

  /** By the script for daily use: it knows these nodes as its own. */
  @AfterEach
  void stop() throws IOException, InterruptedException {
    scripts.succeeds("./cluster clean");
    assertTrue(Files.notExists(directory.resolve("data")), "everything is gone");
  }

  private static void assertReads(String revision, String started) {
    assertTrue(started.contains("{\"revision\":" + revision + "}"), started);
    assertTrue(started.contains("{\"myKey\":\"myValue\"}"), started);
  }

  @Test
  void threeNodesThatStayAndThatASecondRunFinds() throws IOException, InterruptedException {
    assertReads("1", scripts.succeeds(QUICKSTART));
    assertReads("2", scripts.succeeds(QUICKSTART));
  }

  private String mode(String file) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(directory.resolve("data").resolve(file)));
  }

  private String code(String curlHome, String url) throws IOException, InterruptedException {
    String home = "CURL_HOME=" + directory.resolve("data").resolve(curlHome);
    return scripts.run(home + " curl -s -o /dev/null -w '%{http_code}' " + url).output();
  }

  @Test
  void aSecureClusterIsOneForAllScripts() throws IOException, InterruptedException {
    String started = scripts.succeeds(QUICKSTART + " --secure");
    assertReads("1", started);
    Path data = directory.resolve("data");
    String secret = Files.readString(data.resolve("secret")).strip();
    assertFalse(started.contains(secret), started);
    assertFalse(started.matches("(?s).*hr_[A-Za-z0-9_-]{9}.*"), started);
    assertFalse(scripts.succeeds("ps -ef").contains(secret), "in no process's arguments");
    for (String alone :
        List.of("secret", "certs/ca.key", "certs/node3.key", "curl/.netrc", "curl-app/.curlrc")) {
      assertEquals("rw-------", mode(alone), alone);
    }
    for (String alone : List.of("certs", "curl", "curl-app", "node1")) {
      assertEquals("rwx------", mode(alone), alone);
    }

    // Nobody, a stranger, the program with the token, the admin.
    String node = "localhost:" + scripts.httpPort();
    assertEquals("000", code("nowhere", "https://" + node + "/key/myKey"));
    String believing = "--cacert " + data.resolve("certs/ca.pem") + " https://";
    assertEquals("401", code("nowhere", believing + node + "/key/myKey"));
    assertEquals("401", code("nowhere", believing + node + "/key -d '{\"myKey\":\"theirs\"}'"));
    assertEquals("200", code("curl-app", node + "/key/myKey"));
    assertEquals("403", code("curl-app", node + "/key/other"));
    assertEquals("404", code("curl", node + "/key/other"));

    // Its certificates, and the authority's key, are what openssl and the scripts go on with.
    scripts.succeeds("./cluster kill 2");
    String grown = scripts.succeeds("./cluster start 4");
    assertTrue(grown.contains("node4 joins the cluster"), grown);
  }

  @Test
  void aSecureClusterOfTheOtherScriptGoesOn() throws IOException, InterruptedException {
    scripts.succeeds("./quickstart --secure");
    scripts.succeeds("./cluster stop");
    for (String file : List.of("node3.pem", "node3.key")) {
      Files.delete(directory.resolve("data/certs").resolve(file));
    }
    String again = scripts.succeeds(QUICKSTART);
    assertReads("2", again);
    assertTrue(again.contains("https://127.0.0.1:" + (scripts.httpPort() + 1) + "/key"), again);
  }

  @Test
  void anOpenClusterIsNotMadeSecureByAWord() throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("data/node1"));
    String refused = scripts.ends(1, QUICKSTART + " --secure");
    assertTrue(refused.contains("are open to everybody"), refused);
    assertTrue(Files.notExists(directory.resolve("data/secret")));
  }

  @Test
  void wordsAreRefusedBeforeAnythingIsDone() throws IOException, InterruptedException {
    for (String words : List.of("--help", "--secure now", "now")) {
      String refused = scripts.ends(2, "java Quickstart.java " + words);
      assertTrue(refused.contains("It takes no other arguments"), refused);
    }
  }
}
