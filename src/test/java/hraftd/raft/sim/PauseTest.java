package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.RaftStatus;
import org.junit.jupiter.api.Test;

/**
 * A process that stood still has not heard what the others said meanwhile, and calls no election
 * for that: neither as the leader, if the others have not elected another, nor as a follower.
 */
class PauseTest {

  private static final int SEEDS = 60;
  private static final int PAUSES = 6;

  /** From 200 ms on others may campaign: then it is not the leader's doing. */
  private static final int LEADERS_LONGEST = 260;

  private static final int FOLLOWERS_LONGEST = 900;

  private int undisturbed;

  @Test
  void nobodyIsElectedBecauseOneStoodStill() {
    int clusters = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      SimCluster cluster = new SimCluster(seed, null);
      if (cluster.nodes.size() >= 3) {
        clusters++;
        pauses(cluster, "seed " + seed);
      }
    }
    assertTrue(
        undisturbed > clusters, undisturbed + " pauses of leaders that nobody campaigned in");
  }

  private void pauses(SimCluster cluster, String where) {
    cluster.startCalm();
    for (int i = 0; i < PAUSES; i++) {
      cluster.pass(3000);
      SimNode leader = cluster.leaderOr(cluster.pick());
      assertTrue(leader.raft().leads(), where);
      SimNode paused = i % 2 == 0 ? leader : cluster.pick();
      int longest = paused == leader ? LEADERS_LONGEST : FOLLOWERS_LONGEST;
      pause(cluster, paused, longest / 2 + cluster.random.nextInt(longest / 2), where);
    }
  }

  /** Watches it until somebody else wants an election. */
  private void pause(SimCluster cluster, SimNode paused, int millis, String where) {
    RaftStatus.Role role = paused.raft().role().name();
    long term = paused.raft().term();
    paused.pause(true);
    cluster.pass(millis);
    paused.pause(false);
    for (int i = 0; i < 300; i++) {
      cluster.pass(1);
      if (cluster.nodes.values().stream().anyMatch(n -> n != paused && isElecting(n, term))) {
        return;
      }
      assertEquals(role, paused.raft().role().name(), () -> where + ": " + cluster.describe());
    }
    if (role == RaftStatus.Role.LEADER) {
      undisturbed++;
    }
  }

  private static boolean isElecting(SimNode node, long term) {
    return node.raft().term() != term || node.raft().role().name() == RaftStatus.Role.CANDIDATE;
  }
}
