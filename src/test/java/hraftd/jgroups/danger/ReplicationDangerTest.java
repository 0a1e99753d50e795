package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a cluster of jgroups-raft does to acknowledged writes and to reads, and ours does not. */
@Timeout(180)
class ReplicationDangerTest {

  @TempDir Path directory;

  @ParameterizedTest(name = "1: a read commits a write that no quorum has [{0}]")
  @EnumSource
  void aReadOnACutOffLeaderCommitsTheWriteBeforeIt(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      begin(cluster, 3);
      cluster.separate(0);
      DangerCluster.Answer write = cluster.write(0, "lost");
      cluster.settle();
      assertFalse(write.ended());

      cluster.read(0);
      cluster.settle();
      boolean acknowledged = write.succeeded();

      assertTrue(cluster.elect(1));
      cluster.heal();
      cluster.write(1, "kept");
      cluster.settle();
      engine.shows(
          "an acknowledged write is lost", acknowledged && !cluster.applied(1).contains("lost"));
    }
  }

  @ParameterizedTest(name = "2: a leader that was replaced answers reads [{0}]")
  @EnumSource
  void aCutOffLeaderReadsItsOldState(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      begin(cluster, 3);
      cluster.separate(0);
      assertTrue(cluster.elect(1));
      DangerCluster.Answer write = cluster.write(1, "new");
      cluster.settle();
      assertTrue(write.succeeded());

      DangerCluster.Answer read = cluster.read(0);
      cluster.settle();
      cluster.pass();
      engine.shows("a stale read", read.succeeded() && !read.value().equals("new"));

      cluster.heal();
      cluster.pass();
      cluster.pass();
      if (engine == Engine.HRAFTD) {
        assertEquals("new", read.value(), "the read waits for the next leader");
      }
    }
  }

  @ParameterizedTest(name = "2: two answers of one member count as two members [{0}]")
  @EnumSource
  void oneMemberConfirmsAReadTwice(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(5, directory)) {
      begin(cluster, 5);
      cluster.separate(0, 1);
      assertTrue(cluster.elect(2));
      DangerCluster.Answer write = cluster.write(2, "new");
      cluster.settle();
      assertTrue(write.succeeded());

      cluster.write(0, "never");
      DangerCluster.Answer read = cluster.read(0);
      cluster.settle();
      cluster.pass();
      cluster.pass();
      engine.shows("a stale read", read.succeeded() && !read.value().equals("new"));
    }
  }

  @ParameterizedTest(name = "5: a former leader commits what it never replicated [{0}]")
  @EnumSource
  void aFormerLeaderCommitsItsOwnTail(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      begin(cluster, 3);
      cluster.separate(0);
      cluster.write(0, "tail");
      cluster.settle();
      assertTrue(cluster.elect(1));
      DangerCluster.Answer write = cluster.write(1, "kept");
      cluster.settle();
      assertTrue(write.succeeded());

      cluster.heal();
      cluster.read(1); // sends an empty message
      cluster.settle();
      cluster.pass();
      cluster.pass();
      engine.shows("two nodes apply different values", diverged(cluster, 3));
    }
  }

  @ParameterizedTest(name = "8: a follower that lags stays behind under load [{0}]")
  @EnumSource
  void aFollowerThatLagsNeverCatchesUpUnderLoad(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      begin(cluster, 3);
      cluster.separate(2);
      for (int i = 0; i < 5; i++) {
        cluster.write(0, "missed" + i);
        cluster.settle();
      }
      cluster.heal();
      cluster.keepBusy(0);
      engine.shows(
          "a follower that hears all lacks old entries", !cluster.applied(2).contains("missed4"));
    }
  }

  @ParameterizedTest(name = "10: an entry of an old term is committed by counting (figure 8) [{0}]")
  @EnumSource
  void anEntryOfAnOldTermIsCommittedAndThenReplaced(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(3, directory)) {
      assertTrue(cluster.elect(0));
      cluster.separate(0);
      cluster.write(0, "old");
      cluster.settle();

      cluster.separate(1, 2);
      cluster.loseEntriesOfNewTerms();
      assertTrue(cluster.elect(1));
      cluster.write(1, "newer");
      cluster.settle();

      // Node 0 leads again and replicates its old entry to node 2, but nothing of its new term.
      cluster.separate(0, 2);
      cluster.loseEntriesOfNewTerms();
      assertTrue(cluster.elect(0));
      passSome(cluster);
      cluster.separate(1, 2);
      assertTrue(cluster.elect(1));
      passSome(cluster);
      engine.shows("a committed value is replaced by another", diverged(cluster, 3));
    }
  }

  private static void passSome(DangerCluster cluster) {
    for (int i = 0; i < 4; i++) {
      cluster.pass();
    }
  }

  /** Node 0 leads, and everybody has applied a first value. */
  private static void begin(DangerCluster cluster, int size) {
    assertTrue(cluster.elect(0));
    DangerCluster.Answer first = cluster.write(0, "first");
    cluster.settle();
    cluster.pass();
    cluster.pass();
    assertTrue(first.succeeded());
    for (int i = 0; i < size; i++) {
      assertEquals(List.of("first"), cluster.applied(i), "node " + i);
    }
  }

  /** True if two nodes have applied different values in the same place. */
  private static boolean diverged(DangerCluster cluster, int size) {
    for (int one = 0; one < size; one++) {
      for (int other = 0; other < one; other++) {
        List<String> a = cluster.applied(one);
        List<String> b = cluster.applied(other);
        int common = Math.min(a.size(), b.size());
        if (!a.subList(0, common).equals(b.subList(0, common))) {
          return true;
        }
      }
    }
    return false;
  }
}
