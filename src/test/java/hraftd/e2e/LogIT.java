package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real nodes write, and what they do not. */
class LogIT {

  /** More than the 10 s after which what is limited or repeated would be said again. */
  private static final Duration IDLE = Duration.ofSeconds(11);

  private static final Pattern LINE =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}\\S+ (INFO|WARN) \\w+ - .+");

  @TempDir Path directory;

  private static String said(TestCluster cluster) {
    StringBuilder all = new StringBuilder();
    cluster.nodes().forEach(node -> all.append(node.output()).append(node.errors()));
    return all.toString();
  }

  private static int count(Daemon node, String words) {
    return node.errors().split(Pattern.quote(words), -1).length - 1;
  }

  /** How many there are, but for those of a disk that was slow: what else runs here makes it so. */
  private static int warnings(Daemon node) {
    return count(node, "WARN") - count(node, "WARN LogTail - slow disk: ");
  }

  /** Of which terms it has said who leads. */
  private static List<Long> terms(Daemon node) {
    return Pattern.compile(" leads, term (\\d+)\n")
        .matcher(node.errors())
        .results()
        .map(found -> Long.valueOf(found.group(1)))
        .toList();
  }

  @Test
  void nothingWhileNothingHappensAndNoComplaintWhenAllStop() throws Exception {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      cluster.node(1).put("/key/k", "v").expect(200);
      String[] before = {""};
      long[] since = {System.nanoTime()};
      eventually(
          "nothing is written for a while",
          LONG,
          () -> {
            String now = said(cluster);
            if (!now.equals(before[0])) {
              before[0] = now;
              since[0] = System.nanoTime();
            }
            return System.nanoTime() - since[0] > IDLE.toNanos();
          });

      for (Daemon node : cluster.nodes()) {
        node.get("/metrics").expect(200);
      }
      cluster.nodes().forEach(Daemon::terminate);
      for (Daemon node : cluster.nodes()) {
        assertEquals(0, node.exitCode());
        assertTrue(node.errors().contains("INFO Node - stopped\n"), node::errors);
        assertEquals(0, warnings(node), node::errors);
      }
      said(cluster).lines().forEach(line -> assertTrue(LINE.matcher(line).matches(), line));
    }
  }

  @Test
  void aChangeOfTheLeaderIsOneLine() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon first = cluster.leader();
      long term = first.status().path("term").asLong();
      List<Daemon> others = cluster.nodes().stream().filter(node -> node != first).toList();
      first.stop();
      for (Daemon node : others) {
        List<Long> said =
            eventually(
                "it says who leads next",
                LONG,
                () -> {
                  List<Long> terms = terms(node);
                  assertTrue(terms.stream().anyMatch(each -> each > term), node::errors);
                  return terms;
                });
        assertEquals(said.stream().distinct().toList(), said, node::errors);
        assertEquals(0, count(node, "LEADER"), node::errors);
      }
    }
  }

  @Test
  void everyLineIsAnObjectIfOneWants() throws IOException {
    try (Daemon node = new Daemon("node1", directory.resolve("node1"))) {
      node.withEnvironment("HRAFTD_LOG", "debug");
      node.start("-log-format", "json", "-bootstrap").awaitReady().stop();
      String listening = node.output();
      String all = listening + node.errors();
      for (String line : all.lines().toList()) {
        JsonNode event = new ObjectMapper().readTree(line);
        assertTrue(event.path("time").isTextual() && event.path("level").isTextual(), line);
      }
      String message = new ObjectMapper().readTree(listening).path("message").asText();
      assertTrue(message.startsWith("hraftd node1 listening on http://"), message);
      assertTrue(all.contains("\"level\":\"debug\""), all);
    }
  }

  @Test
  void whatANodeSaysThatRecoverStartsIsAnObjectToo() throws IOException {
    Path data = directory.resolve("node1");
    try (Daemon node = new Daemon("node1", data)) {
      node.withEnvironment("HRAFTD_LOG_FORMAT", "json");
      node.start("-bootstrap").awaitReady().stop();
      node.run(List.of("recover", "-haddr", node.haddr(), "-raddr", node.raddr(), data.toString()));
      node.listening();
      node.awaitReady().stop();
      assertTrue(node.output().contains("nothing to do"), node::output);
      for (String line : node.errors().lines().toList()) {
        assertTrue(new ObjectMapper().readTree(line).path("time").isTextual(), line);
      }
    }
  }

  @Test
  void whyANodeCannotStartIsALineOfTheLogToo() throws IOException {
    try (Daemon node = new Daemon("node1", directory.resolve("node1"))) {
      node.launch("-log-format", "json", "-setup", directory.resolve("missing").toString());
      assertEquals(75, node.exitCode(), node::errors);
      JsonNode event = new ObjectMapper().readTree(node.errors());
      assertEquals("error", event.path("level").asText());
      assertTrue(event.path("message").asText().contains("missing"), node::errors);
    }
  }
}
