package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.node.UnusableLog;
import hraftd.testing.Yardstick;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are killed, frozen and stopped: what was acknowledged stays, and the rest goes on. */
class FailureIT {

  /** How soon a node must say that there is no leader. */
  private static final Duration NO_LEADER = Duration.ofSeconds(1);

  /** Half of the 20 s that the request gives. */
  private static final Duration LONG_BEFORE_THE_DEADLINE = Duration.ofSeconds(10);

  @TempDir static Path directory;

  private static int clusters;
  private TestCluster cluster;

  FailureIT() throws IOException {
    cluster = TestCluster.ready(directory.resolve("cluster" + ++clusters), 3);
  }

  @BeforeEach
  void warm() throws IOException {
    cluster.node(1).put("/key/before", "1").expect(200);
    // A linearizable read: from then on the node's own copy has it, too.
    for (Daemon node : cluster.nodes()) {
      node.get("/key/before").expect(200);
    }
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void aDeadFollowerIsNotNoticedAndCatchesUp() throws IOException {
    Daemon leader = cluster.leader();
    Daemon follower = cluster.others(leader).get(0);
    follower.kill();
    for (int i = 0; i < 50; i++) {
      leader.put("/key/k" + i, "v" + i).expect(200);
    }
    follower.start();
    follower.awaitReady();
    // A linearizable read: from then on the node's own copy has all that was written before.
    assertEquals("v0", follower.get("/key/k0?raw").expect(200).body());
    assertEquals("v49", follower.get("/key/k49?raw&level=stale").expect(200).body());
  }

  @Test
  void killedLeaderUnderLoadLosesNothing() throws IOException {
    endLeaderUnderLoad(Daemon::kill);
  }

  @Test
  void terminatedLeaderUnderLoadLosesNothingAndEndsWithZero() throws IOException {
    endLeaderUnderLoad(Daemon::stop);
  }

  private void endLeaderUnderLoad(Consumer<Daemon> end) throws IOException {
    Daemon leader = cluster.leader();
    Daemon other = cluster.others(leader).get(0);
    Writers writers = new Writers(cluster.nodes(), 8);
    try (writers) {
      writers.awaitMore(200);
      end.accept(leader);
      writers.awaitMore(200);
    }
    writers.verify(other);
    leader.start();
    leader.awaitReady();
    writers.verify(leader);
  }

  @Test
  void allKilledAtOnce() throws IOException {
    Writers writers = new Writers(cluster.nodes(), 4);
    try (writers) {
      writers.awaitMore(100);
      cluster.nodes().forEach(Daemon::kill);
    }
    cluster.startAll();
    cluster.awaitReady();
    writers.verify(cluster.node(2));
  }

  @Test
  void frozenLeaderNeverServesWhatIsOld() throws IOException {
    Daemon leader = cluster.leader();
    Daemon other = cluster.others(leader).get(0);
    other.put("/key/color", "red").expect(200);
    leader.freeze();
    eventually(
        "the others go on", LONG, () -> other.put("/key/color?timeout=2s", "blue").expect(200));
    leader.thaw();
    Answer answer =
        eventually("the old leader serves again", LONG, () -> leader.get("/key/color").expect(200));
    assertEquals("{\"color\":\"blue\"}", answer.body().strip());
  }

  @Test
  void withoutMajorityAnswersComeAtOnceAndStaleReadsGoOn() throws IOException {
    Daemon survivor = cluster.followers().get(0);
    for (Daemon node : cluster.nodes()) {
      if (node != survivor) {
        node.kill();
      }
    }
    eventually("it knows no leader", () -> survivor.status().path("leader").isNull());
    for (String method : List.of("GET", "DELETE")) {
      double slowness = Yardstick.slowness();
      long start = System.nanoTime();
      Answer answer =
          method.equals("GET") ? survivor.get("/key/before") : survivor.delete("/key/before");
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      answer.expect(503, "no_leader");
      assertEquals("rejected", answer.json().path("outcome").asText(), answer::toString);
      assertTrue(!answer.header("Retry-After").isEmpty(), "Retry-After");
      Duration bound = Yardstick.stretched(NO_LEADER, slowness, Yardstick.slowness());
      assertTrue(taken.compareTo(bound) < 0, () -> "it took " + taken + ", bound " + bound);
    }
    assertEquals("1", survivor.get("/key/before?raw&level=stale").expect(200).body());
    survivor.get("/livez").expect(200);
    survivor.get("/readyz").expect(503);

    cluster.startAll();
    cluster.awaitReady();
    assertEquals("1", survivor.get("/key/before?raw").expect(200).body());
  }

  @Test
  void aLeaderAloneStepsDown() throws IOException {
    Daemon leader = cluster.leader();
    cluster.others(leader).forEach(Daemon::kill);
    long start = System.nanoTime();
    Answer first = leader.put("/key/first?timeout=20s", "1");
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(first.status() == 504 || first.status() == 503, first::toString);
    assertTrue(taken.compareTo(LONG_BEFORE_THE_DEADLINE) < 0, () -> "it took " + taken);
    eventually("it knows no leader", () -> leader.status().path("leader").isNull());
    leader.put("/key/before", "2").expect(503, "no_leader");
    cluster.startAll();
    cluster.awaitReady();
    assertEquals("1", leader.get("/key/before?raw").expect(200).body());
  }

  /** What it answers then is what somebody saves before the node is wiped. */
  @Test
  void whoIsLeftAloneHasWhatItKnewToBeCommittedAlsoAfterARestart() throws IOException {
    for (int i = 0; i < 200; i++) {
      cluster.node(1).put("/key/k" + i, "v" + i).expect(200);
    }
    Daemon survivor = cluster.followers().get(0);
    eventually("its copy has them", () -> survivor.get("/key/k199?level=stale").status() == 200);
    cluster.others(survivor).forEach(Daemon::kill);
    survivor.stop();
    survivor.launch();
    eventually("it serves its copy", () -> survivor.get("/key/k0?level=stale").status() == 200);
    for (int i = 0; i < 200; i++) {
      assertEquals("v" + i, survivor.get("/key/k" + i + "?raw&level=stale").expect(200).body());
    }
    String backup = survivor.get("/backup?level=stale").expect(200).body();
    assertTrue(backup.contains("\"count\":201"), backup);
  }

  @Test
  void aNodeWhoseLogIsGoneDoesNotVoteUnderItsOldName() throws IOException {
    Daemon node = cluster.followers().get(0);
    node.kill();
    try (Stream<Path> files = Files.list(node.directory().resolve("raft"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    node.launch();
    assertEquals(2, node.exitCode());
    assertTrue(node.errors().contains("must not vote again under its old name"), node::errors);
    cluster.leader().put("/key/after", "2").expect(200);
  }

  /** An older version has let it in, or a disk was put together by hand. */
  @Test
  void aNodeWhoseLogCannotBeAppliedSaysWhichEntryItIs() throws IOException {
    Daemon node = cluster.followers().get(0);
    node.stop();
    String which = UnusableLog.make(node.directory().resolve("raft"));
    node.launch();
    assertEquals(2, node.exitCode());
    assertTrue(node.errors().contains("this node stops: the log's " + which), node::errors);
    cluster.leader().put("/key/after", "2").expect(200);
  }

  @Test
  void oneNodeAfterTheOtherIsRestartedUnderLoad() throws IOException {
    Writers writers = new Writers(cluster.nodes(), 4);
    try (writers) {
      for (Daemon node : cluster.nodes()) {
        writers.awaitMore(50);
        node.stop();
        node.start();
        node.awaitReady();
      }
    }
    writers.verify(cluster.node(3));
  }
}
