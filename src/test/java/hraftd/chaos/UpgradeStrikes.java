package hraftd.chaos;

import hraftd.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Nodes of one version are replaced by those of another, one by one, while clients go on. */
final class UpgradeStrikes {

  /** A removal that is refused for the moment is asked for again, but not longer than this. */
  private static final Duration REMOVAL = Duration.ofSeconds(30);

  /** In this time all nodes must have heard what all understand. */
  private static final Duration HEARD = Duration.ofSeconds(10);

  /** The exit code for what starting again cannot cure. */
  private static final int UNUSABLE = 2;

  private UpgradeStrikes() {}

  /**
   * Up with the same directories. Down with them too where both versions have the same formats,
   * else with empty ones. Each the leader last.
   */
  static void upAndDown(Arena a) {
    NodeProcess any = a.cluster().node(1);
    Formats before = formats(a, any);
    up(a);
    if (a.complaints().isEmpty()) {
      down(a, before.equals(formats(a, any)));
    }
  }

  /**
   * What a node knows and has.
   *
   * @param wire the newest that it speaks; -1 of a version that does not say
   * @param directory of its data directory
   */
  private record Formats(long wire, String directory) {}

  private static Formats formats(Arena a, NodeProcess node) {
    return new Formats(a.cluster().number(node, "newestFormat"), node.disk().format());
  }

  private static void up(Arena a) {
    ProcessCluster cluster = a.cluster();
    for (NodeProcess node : leaderLast(a)) {
      boolean killed = a.random().nextBoolean();
      a.fault(
          (killed ? "kill -9" : "SIGTERM") + ", start as the newer version",
          List.of(node),
          () -> {
            if (killed) {
              node.kill();
            } else {
              node.terminate();
            }
            node.install(cluster.program());
            node.start();
          });
      if (!a.recovered()) {
        return;
      }
      a.hold(500, 1500);
    }
    for (NodeProcess node : cluster.nodes()) {
      long newest = cluster.number(node, "newestFormat");
      boolean heard =
          Eventually.within(HEARD, () -> cluster.number(node, "commonFormat") == newest);
      if (!heard || newest < 0) {
        a.complain(node.id() + " does not know that all are of the newer version");
      } else if (!Eventually.within(HEARD, () -> cluster.compared(node))) {
        // What the older version has no notion of is in the log and in the state from here on.
        a.complain(node.id() + " has not heard of a comparison of the copies");
      }
    }
  }

  private static void down(Arena a, boolean sameFormats) {
    for (NodeProcess node : leaderLast(a)) {
      if (sameFormats) {
        a.fault(
            "SIGTERM, start as the older version",
            List.of(node),
            () -> {
              node.terminate();
              node.install(a.cluster().older());
              node.start();
            });
      } else {
        a.fault(
            "removed, joins again as the older version",
            List.of(node),
            () -> downWithoutItsDirectory(a, node));
      }
      if (!a.recovered()) {
        return;
      }
      a.hold(500, 1500);
    }
  }

  private static void downWithoutItsDirectory(Arena a, NodeProcess node) {
    ProcessCluster cluster = a.cluster();
    List<NodeProcess> rest = new ArrayList<>(cluster.nodes());
    rest.remove(node);
    String targets = rest.stream().map(NodeProcess::http).collect(Collectors.joining(","));
    node.terminate();
    node.install(cluster.older());
    int exitCode = node.startInVain();
    if (exitCode != UNUSABLE) {
      a.complain(node.id() + " of the older version on the newer's directory: exit " + exitCode);
    }
    String refusal = cluster.remove(rest, node, REMOVAL);
    if (!refusal.isEmpty()) {
      a.complain("/remove of " + node.id() + ": " + refusal);
    }
    node.disk().wipe();
    node.start("-join", targets);
  }

  private static List<NodeProcess> leaderLast(Arena a) {
    List<NodeProcess> order = a.shuffled();
    NodeProcess leader = a.leader();
    order.remove(leader);
    order.add(leader);
    return order;
  }
}
