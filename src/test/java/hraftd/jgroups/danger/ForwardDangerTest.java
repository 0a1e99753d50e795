package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ConsensusException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens to requests that jgroups-raft forwards or queues, and not to ours. */
@Timeout(180)
class ForwardDangerTest {

  @TempDir Path directory;

  @ParameterizedTest(name = "14: a forwarded request whose leader dies has no end [{0}]")
  @EnumSource
  void aForwardedRequestWhoseLeaderDiesNeverEnds(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      int leader = cluster.awaitLeader(0, 1, 2);
      assertTrue(leader >= 0);
      int follower = (leader + 1) % 3;
      int other = (leader + 2) % 3;
      DangerCluster.Answer alive = cluster.write(follower, "first");
      cluster.settle();
      cluster.pass();
      assertTrue(alive.succeeded(), "forwarding works");

      cluster.separate(leader);
      DangerCluster.Answer answer = cluster.write(follower, "forwarded");
      cluster.settle();
      int next = cluster.awaitLeader(Math.min(follower, other), Math.max(follower, other));
      assertTrue(next >= 0 && next != leader);
      for (int i = 0; i < 200; i++) {
        cluster.pass();
      }
      engine.shows("no answer", !answer.ended());
      if (engine == Engine.HRAFTD) {
        assertTrue(answer.succeeded(), "the next leader took it");
      }
    }
  }

  @ParameterizedTest(name = "14: a client that must try again writes twice [{0}]")
  @EnumSource
  void aRequestThatIsTriedAgainIsAppliedTwice(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      assertTrue(cluster.elect(0));
      cluster.settle();
      cluster.pass();
      cluster.deafen(1);
      DangerCluster.Answer answer = cluster.write(1, "increment");
      cluster.settle();
      assertTrue(cluster.applied(0).contains("increment"), "it has happened");
      cluster.separate(1, 2); // and now that leader dies
      assertTrue(cluster.elect(2));
      for (int i = 0; i < 200; i++) {
        cluster.pass();
      }
      if (engine == Engine.HRAFTD) {
        assertTrue(answer.succeeded(), "it found itself in the log");
      }
      if (!answer.ended()) { // the client cannot know
        cluster.write(1, "increment");
        cluster.settle();
        cluster.pass();
      }
      engine.shows(
          "applied twice", cluster.applied(2).stream().filter("increment"::equals).count() == 2);
    }
  }

  @ParameterizedTest(name = "23: a full queue fails like a bug [{0}]")
  @EnumSource
  void aFullQueueFailsWithAnExceptionForBugs(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      assertTrue(cluster.elect(0));
      cluster.settle();
      cluster.separate(0);
      @Nullable Throwable refusal = null;
      for (int i = 0; i < 100_000 && refusal == null; i++) {
        refusal = cluster.write(0, "x").failure();
      }
      if (refusal == null) { // it has no queue that the test must not empty, but a bound on the log
        DangerCluster.Answer last = cluster.write(0, "x");
        cluster.settle();
        refusal = last.failure();
      }
      engine.shows("IllegalStateException", refusal instanceof IllegalStateException);
      if (engine == Engine.HRAFTD) {
        assertInstanceOf(ConsensusException.Overloaded.class, refusal);
      }
    }
  }
}
