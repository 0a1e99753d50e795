package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters that form without a request, and members without a vote. */
class AutomaticSetupIT {

  @TempDir Path directory;

  private static JsonNode leader(Daemon node) {
    try {
      return node.status().path("leader");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theSameFileOnEveryNodeAndALearnerBesides() throws IOException {
    try (TestCluster cluster = TestCluster.of(directory, 3)) {
      Path file = directory.resolve("setup.json");
      Files.writeString(file, TestCluster.setupBody(cluster.nodes()));
      cluster.node(3).launch("-setup", file.toString());
      cluster.node(1).withEnvironment("HRAFTD_SETUP", file.toString()).launch();
      eventually(
          "they wait for the one that is not there",
          () -> cluster.node(1).status().path("activity").asText().contains("-setup"));
      assertEquals("waiting", cluster.node(1).state());
      cluster.node(2).launch("-setup", file.toString());
      cluster.awaitReady();
      cluster.node(2).put("/key/a", "1").expect(200);
      String id = cluster.node(1).status().path("clusterId").asText();
      assertEquals(id, cluster.node(3).status().path("clusterId").asText());

      // On a directory that belongs to a member it does nothing.
      cluster.node(1).stop();
      cluster.node(1).start().awaitReady();
      assertEquals(id, cluster.node(1).status().path("clusterId").asText());
      assertTrue(cluster.node(1).errors().contains("-setup forms nothing"));

      Daemon learner = cluster.add(new Daemon("node4", directory.resolve("node4")));
      learner.start("-join", cluster.node(3).haddr(), "-learner").awaitReady();
      eventually("it is one", () -> learner.state().equals("learner"));
      assertEquals("1", learner.get("/key/a?raw").expect(200).body());
      learner.put("/key/b", "2").expect(200);
      // It stays one, and does not count: with three voters one may die, and not two.
      learner.stop();
      learner.start("-join", cluster.node(3).haddr(), "-learner").awaitReady();
      eventually("it is one again", () -> learner.state().equals("learner"));
      List<Daemon> followers = cluster.others(cluster.leader());
      followers.stream().filter(n -> n != learner).forEach(Daemon::kill);
      eventually(
          "two are no majority of three",
          () ->
              cluster.nodes().stream()
                  .filter(node -> node.isRunning() && node != learner)
                  .map(AutomaticSetupIT::leader)
                  .allMatch(JsonNode::isNull));
    }
  }
}
