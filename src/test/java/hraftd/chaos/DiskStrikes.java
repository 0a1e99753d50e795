package hraftd.chaos;

import java.time.Duration;
import java.util.List;

/** Faults of disks: full, without power, lost. */
final class DiskStrikes {

  /** Entries: more than the leader keeps behind a snapshot, and than some segments hold. */
  private static final int BEYOND_THE_LOG = 4_000;

  private DiskStrikes() {}

  static void fillOne(Arena a) {
    fill(a, List.of(a.random().nextBoolean() ? a.leader() : a.follower()));
  }

  static void fillAll(Arena a) {
    fill(a, a.cluster().nodes());
  }

  private static void fill(Arena a, List<NodeProcess> nodes) {
    a.fault(
        "disk full",
        nodes,
        () -> {
          nodes.forEach(node -> node.disk().fill(a.random().nextInt(64) * 1024L));
          a.hold(4000, 7000);
          nodes.forEach(node -> node.disk().free());
        });
  }

  static void losePowerAll(Arena a) {
    a.outage("power lost", () -> losePower(a.shuffled()));
  }

  static void losePowerLeader(Arena a) {
    NodeProcess leader = a.leader();
    a.fault("power lost, leader", List.of(leader), () -> losePower(List.of(leader)));
  }

  private static void losePower(List<NodeProcess> nodes) {
    // Frozen first: all lose their power at one moment.
    nodes.forEach(NodeProcess::freeze);
    nodes.forEach(NodeProcess::kill);
    nodes.forEach(node -> node.disk().losePower());
    nodes.forEach(NodeProcess::start);
  }

  static void wipeFollower(Arena a) {
    NodeProcess leader = a.leader();
    NodeProcess node = a.follower();
    a.fault(
        "directory wiped, removed and joined again",
        List.of(node),
        () -> {
          node.kill();
          node.disk().wipe();
          a.hold(500, 1500);
          a.expect("/remove of " + node.id(), a.cluster().remove(leader, node));
          node.start("-join", leader.http());
        });
  }

  /** A follower is away for so long that the leader has to send it a snapshot. */
  static void sendSnapshot(Arena a) {
    NodeProcess node = a.follower();
    a.fault(
        "kill -9 follower, its part of the log gone",
        List.of(node),
        () -> {
          node.kill();
          List<NodeProcess> others = a.cluster().nodes().stream().filter(n -> n != node).toList();
          a.cluster().bulk(others, BEYOND_THE_LOG, Duration.ofSeconds(40));
          node.start();
        });
  }
}
