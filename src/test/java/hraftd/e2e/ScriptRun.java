package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.testing.Ports;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Runs the scripts on the jar under test, with ports and a data directory of their own. One thread.
 */
final class ScriptRun {

  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** So many nodes at most, at ports in a row. */
  private static final int MOST_NODES = 4;

  private final int httpPort = Ports.free(MOST_NODES);
  private final Map<String, String> environment = new HashMap<>();

  /** The data are under this directory. */
  ScriptRun(Path directory) {
    environment.put(
        "HRAFTD_JAR",
        Path.of(System.getProperty("hraftd.jar", "target/hraftd.jar")).toAbsolutePath().toString());
    environment.put("HRAFTD_DATA", directory.resolve("data").toString());
    environment.put("HRAFTD_HTTP_PORT", Integer.toString(httpPort));
    environment.put("HRAFTD_RAFT_PORT", Integer.toString(Ports.free(MOST_NODES)));
    environment.put("HRAFTD_JAVA_OPTS", "-Xmx256m -XX:TieredStopAtLevel=1");
  }

  /** All tools come from this directory. */
  void toolsFrom(Path directory) {
    environment.put("PATH", directory.toString());
  }

  /** The port of the first node. */
  int httpPort() {
    return httpPort;
  }

  /** Types a line in the directory of the scripts. */
  Shell.Result run(String line) throws IOException, InterruptedException {
    return new Shell(Path.of("scripts").toAbsolutePath(), environment).type(line, LIMIT);
  }

  /** What a line prints, which has to end with 0. */
  String succeeds(String line) throws IOException, InterruptedException {
    return ends(0, line);
  }

  /** What a line prints, which has to end with this code. */
  String ends(int code, String line) throws IOException, InterruptedException {
    Shell.Result result = run(line);
    assertEquals(code, result.exitCode(), result::toString);
    return result.output();
  }
}
