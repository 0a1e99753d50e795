package hraftd.chaos;

import java.time.Duration;
import java.util.List;

/** Faults of processes: killed, frozen, stopped, all started again. */
final class ProcessStrikes {

  private static final int[] FREEZES = {1, 5, 15};

  private ProcessStrikes() {}

  static void killLeader(Arena a) {
    killAndStart(a, "kill -9 leader", List.of(a.leader()));
  }

  static void killFollower(Arena a) {
    killAndStart(a, "kill -9 follower", List.of(a.follower()));
  }

  static void killMinority(Arena a) {
    killAndStart(a, "kill -9", a.minority());
  }

  private static void killAndStart(Arena a, String what, List<NodeProcess> nodes) {
    a.fault(
        what,
        nodes,
        () -> {
          nodes.forEach(NodeProcess::kill);
          a.hold(1000, 4000);
          nodes.forEach(NodeProcess::start);
        });
  }

  static void killAll(Arena a) {
    a.outage(
        "kill -9",
        () -> {
          List<NodeProcess> nodes = a.shuffled();
          nodes.forEach(NodeProcess::kill);
          nodes.forEach(NodeProcess::start);
        });
  }

  static void freezeLeader(Arena a) {
    freeze(a, "SIGSTOP leader", a.leader(), FREEZES[a.strikes() % FREEZES.length]);
  }

  static void freezeFollower(Arena a) {
    freeze(a, "SIGSTOP follower", a.follower(), 1 + a.random().nextInt(5));
  }

  private static void freeze(Arena a, String what, NodeProcess node, int seconds) {
    a.fault(
        what + " for " + seconds + " s",
        List.of(node),
        () -> {
          node.freeze();
          a.hold(Duration.ofSeconds(seconds));
          node.thaw();
        });
  }

  static void rollingRestart(Arena a) {
    for (NodeProcess node : a.cluster().nodes()) {
      a.fault(
          "SIGTERM, start",
          List.of(node),
          () -> {
            node.terminate();
            node.start();
          });
      if (!a.recovered()) {
        return;
      }
    }
  }

  static void shutdownAndStart(Arena a) {
    a.outage(
        "/shutdown, start",
        () -> {
          List<NodeProcess> nodes = a.shuffled();
          a.expect("/shutdown", a.cluster().shutdown(nodes.get(0)));
          nodes.forEach(node -> node.requireCleanEnd("/shutdown"));
          nodes.forEach(NodeProcess::start);
        });
  }
}
