package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;

/**
 * The two Rafts that every known danger of jgroups-raft 1.1.4.Final is put to. A test of a danger
 * runs one scenario on both: the stock engine (jgroups-raft's own protocols) must show the fault,
 * hraftd's must not. When a stock run fails, upstream has mended that fault, and what was built
 * against it may be reconsidered.
 *
 * <p>The dangers by number, worst first, and what shows them:
 *
 * <ul>
 *   <li>{@link ReplicationDangerTest}: 1 a read commits a write without a quorum, 2 stale reads, 5
 *       diverged tails are committed, 8 a lagging follower never catches up under load, 10 entries
 *       of old terms are committed by counting
 *   <li>{@link FollowerDangerTest}: 5 and 6 what was not compared is committed and acknowledged, 11
 *       old leaders get no answer, 17 late snapshots roll back, 22 failures to apply are passed
 *       over
 *   <li>{@link LogDangerTest}: 3 loss of power, 4 a second start with an empty log, 9 torn tails
 *       and changed bytes, 24 no fsync by default
 *   <li>{@link FullDiskDangerTest}, {@link FullFollowerTest}: 7 a full disk
 *   <li>{@link MembershipDangerTest}: 12 and 13 elections that find no leader, 18 changes that are
 *       effective when committed, 19 a wiped node, 20 a late node that knows no leader
 *   <li>{@link ForwardDangerTest}: 14 forwarded requests, 23 a full queue
 *   <li>{@link TransportDangerTest}: 14 deserialization, 15 allocation, 16 two threads
 *   <li>{@link SnapshotDangerTest}: 21 snapshots
 *   <li>{@link CommitMessagesDangerTest}: 25 commit messages without end
 * </ul>
 *
 * <p>Not shown, because nothing short and deterministic would: of 16, the garbage that the race
 * leads to (that it exists is shown); of 21, how long a snapshot stops the Raft thread (that it
 * does is shown); of 24, the timeouts and addresses of protocols that ours does not have.
 */
enum Engine {
  STOCK {
    @Override
    DangerCluster cluster(int size, Path directory) throws Exception {
      return new StockCluster(size, directory);
    }

    @Override
    DangerFollower follower(Path directory) throws Exception {
      return new StockFollower(directory);
    }
  },

  HRAFTD {
    @Override
    DangerCluster cluster(int size, Path directory) {
      return new ScriptedCluster(size);
    }

    @Override
    DangerFollower follower(Path directory) throws Exception {
      return new ScriptedFollower(directory);
    }
  };

  static {
    // As in production: the stock engine's own assertions would hide what happens there.
    ClassLoader loader = Engine.class.getClassLoader();
    loader.setPackageAssertionStatus("org.jgroups.raft", false);
    loader.setPackageAssertionStatus("org.jgroups.protocols.raft", false);
  }

  /** Nodes 0 to size - 1, all of them members, nobody leads. */
  abstract DangerCluster cluster(int size, Path directory) throws Exception;

  /** One follower on real files, whose peers are played by the test. */
  abstract DangerFollower follower(Path directory) throws Exception;

  /** Ends a test of a danger. */
  void shows(String fault, boolean seen) {
    assertEquals(
        this == STOCK,
        seen,
        this == STOCK
            ? "the stock engine does not show this fault any more: " + fault
            : "hraftd shows a fault that it was built to avoid: " + fault);
  }
}
