package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Eventually;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node of one cluster never takes part in another, whatever the addresses say. */
class MixedClustersIT {

  @TempDir Path directory;

  @Test
  void aMemberOfAnotherClusterIsRefusedByName() throws IOException {
    try (Daemon one = new Daemon("one", directory.resolve("one"));
        Daemon two = new Daemon("two", directory.resolve("two"));
        Daemon fresh = new Daemon("fresh", directory.resolve("fresh"))) {
      one.start("-bootstrap").awaitReady();
      two.start("-bootstrap").awaitReady();
      fresh.start();
      two.put("/key/whose", "two's").expect(200);

      one.post("/join?timeout=20s", TestCluster.joinBody(two)).expect(409);
      Answer setup =
          fresh.post("/setup?timeout=20s", TestCluster.setupBody(List.of(fresh, two))).expect(409);
      assertTrue(setup.json().path("detail").asText().contains(two.haddr()), setup::toString);

      assertEquals("waiting", fresh.state());
      assertEquals("two's", two.get("/key/whose?raw").expect(200).body());
      one.get("/key/whose").expect(404, "not_found");
      assertTrue(!one.status().path("clusterId").equals(two.status().path("clusterId")), "ids");
    }
  }

  @Test
  void anAddressThatIsUsedAgain() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory.resolve("first"), 3)) {
      Daemon gone = cluster.followers().get(0);
      gone.stop();

      // A cluster of its own where a member of the first one was.
      try (Daemon stranger =
          new Daemon(
              gone.name(), directory.resolve("stranger"), gone.httpPort(), gone.raftPort())) {
        stranger.start("-bootstrap");
        stranger.awaitReady();
        stranger.put("/key/whose", "stranger").expect(200);
        Daemon leader = otherLeader(cluster, gone);
        leader.put("/key/whose", "first").expect(200);
        for (int i = 0; i < 20; i++) {
          leader.put("/key/k" + i, "v").expect(200);
        }
        assertEquals("stranger", stranger.get("/key/whose?raw").expect(200).body());
        stranger.get("/key/k0").expect(404, "not_found");
        assertEquals("leader", stranger.state());
        stranger.stop();
      }

      // The old member again, as if nothing had been.
      gone.start().awaitReady();
      assertEquals("first", gone.get("/key/whose?raw").expect(200).body());
    }
  }

  @Test
  void anEmptiedDirectoryIsAStrangerUntilItJoinsAgain() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon wiped = cluster.followers().get(0);
      cluster.leader().put("/key/a", "1").expect(200);
      wiped.stop();
      delete(wiped.directory());
      wiped.start();
      assertEquals("waiting", wiped.state());
      Daemon leader = otherLeader(cluster, wiped);
      leader.put("/key/b", "2").expect(200);

      // It must not vote for its old self: with the third one dead there is no majority.
      Daemon third =
          cluster.nodes().stream().filter(n -> n != wiped && n != leader).findFirst().orElseThrow();
      third.kill();
      eventually("no majority, no leader", () -> leader.status().path("leader").isNull());
      leader.put("/key/c", "3").expect(503, "no_leader");
      third.start();
      third.awaitReady();

      otherLeader(cluster, wiped)
          .post("/remove?timeout=30s", "{\"id\":\"" + wiped.name() + "\"}")
          .expect(200);
      otherLeader(cluster, wiped)
          .post("/join?timeout=30s", TestCluster.joinBody(wiped))
          .expect(200);
      wiped.awaitReady();
      assertEquals("2", wiped.get("/key/b?raw&level=stale").expect(200).body());
    }
  }

  /** The leader as the nodes but one know it. */
  private static Daemon otherLeader(TestCluster cluster, Daemon but) {
    return eventually(
        "a leader among the others",
        Eventually.LONG,
        () -> {
          for (Daemon node : cluster.nodes()) {
            if (node != but && node.isRunning() && node.state().equals("leader")) {
              return node;
            }
          }
          throw new AssertionError("none leads");
        });
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure)
              throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
