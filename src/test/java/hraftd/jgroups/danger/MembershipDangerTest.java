package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.BufferOverflowException;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What elections and changes of membership do to a cluster of jgroups-raft, and not to ours. */
@Timeout(180)
class MembershipDangerTest {

  private static final int MAX_TRIES = 5;

  @TempDir Path directory;

  @ParameterizedTest(name = "12: one frozen member keeps the others from electing a leader [{0}]")
  @EnumSource
  void aFrozenMemberPreventsAnElection(Engine engine) throws Exception {
    try (DangerCluster all = engine.cluster(3, directory.resolve("all"))) {
      assertTrue(all.awaitLeader(0, 1, 2) >= 0, "with all three it works");
    }
    try (DangerCluster cluster = engine.cluster(3, directory.resolve("two"))) {
      cluster.separate(0, 1);
      engine.shows("no leader, though a majority runs", cluster.awaitLeader(0, 1, 2) < 0);
    }
  }

  @ParameterizedTest(name = "13: the leader is removed while a new member lags [{0}]")
  @EnumSource
  void removingTheLeaderWhileANewMemberLagsLeavesNoLeader(Engine engine) throws Exception {
    assertTrue(
        removeTheLeader(engine, /* lags= */ false) >= 0,
        "with a member that is up to date it works");
    engine.shows("no leader, though all run", removeTheLeader(engine, /* lags= */ true) < 0);
  }

  private int removeTheLeader(Engine engine, boolean lags) throws Exception {
    for (int i = 1; ; i++) {
      try {
        return removeTheLeader(engine, lags, directory.resolve("lags-" + lags + i));
      } catch (BufferOverflowException e) {
        // Its MetadataStorage takes no vote for a longer address than that of the first one.
        if (engine != Engine.STOCK || i == MAX_TRIES) {
          throw e;
        }
      }
    }
  }

  private static int removeTheLeader(Engine engine, boolean lags, Path files) throws Exception {
    try (DangerCluster cluster = engine.cluster(2, files)) {
      cluster.start(2);
      int leader = cluster.awaitLeader(0, 1);
      cluster.merge(2);
      if (lags) {
        cluster.separate(2);
      }
      cluster.add(leader, 2);
      cluster.pass();
      cluster.remove(leader, leader);
      cluster.heal();
      return cluster.awaitLeader(1 - leader, 2);
    }
  }

  @ParameterizedTest(name = "18: two changes in a row make two majorities [{0}]")
  @EnumSource
  void twoChangesMakeTwoMajorities(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      cluster.start(3);
      cluster.start(4);
      assertTrue(cluster.elect(0));
      DangerCluster.Answer first = cluster.write(0, "first");
      cluster.settle();
      cluster.pass();
      cluster.pass();
      assertTrue(first.succeeded());

      // The leader of the first change does not hear that it is replicated, and is replaced.
      cluster.deafen(0);
      cluster.add(0, 3);
      cluster.heal();
      assertTrue(cluster.elect(1));
      cluster.add(1, 4);

      cluster.separate(1, 3, 4);
      DangerCluster.Answer left = cluster.write(1, "left");
      cluster.elect(2);
      DangerCluster.Answer right = cluster.write(2, "right");
      cluster.settle();
      for (int i = 0; i < 10; i++) {
        cluster.pass();
      }
      assertTrue(left.succeeded(), "three of five");
      engine.shows("both sides acknowledge writes", left.succeeded() && right.succeeded());
    }
  }

  @ParameterizedTest(name = "19: a node that was wiped votes away what it had acknowledged [{0}]")
  @EnumSource
  void aWipedNodeVotesWithItsOldIdentity(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      assertTrue(cluster.elect(0));
      cluster.separate(0, 1);
      DangerCluster.Answer write = cluster.write(0, "acknowledged");
      cluster.settle();
      assertTrue(write.succeeded());

      cluster.wipe(1);
      cluster.separate(1, 2); // the only node that still has the write is cut off
      boolean elected = cluster.elect(2);
      DangerCluster.Answer other = cluster.write(2, "other");
      cluster.settle();
      cluster.pass();
      engine.shows("an acknowledged write is lost", elected && other.succeeded());
    }
  }

  @ParameterizedTest(name = "20: a node with an empty log that merges late knows no leader [{0}]")
  @EnumSource
  void aNodeThatMergesLateWaitsForTheNextWrite(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      cluster.separate(2);
      int leader = cluster.awaitLeader(0, 1);
      assertTrue(leader >= 0);
      cluster.merge(2);
      for (int i = 0; i < 5; i++) {
        cluster.pass();
      }
      assertEquals(leader, cluster.leaderOf(leader));
      engine.shows("it knows no leader", cluster.leaderOf(2) < 0);
    }
  }
}
