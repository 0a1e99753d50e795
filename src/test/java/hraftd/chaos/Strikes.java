package hraftd.chaos;

import java.time.Duration;
import java.util.List;

/** The faults: each breaks something, lets it last, and mends it. */
final class Strikes {

  private static final int[] FREEZES = {1, 5, 15};

  /** Entries: more than the leader keeps behind a snapshot, and than one segment holds. */
  private static final int BEYOND_THE_LOG = 25_000;

  private Strikes() {}

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

  static void cutLeader(Arena a) {
    cutOff(a, "cut off leader", a.leader());
  }

  static void cutFollower(Arena a) {
    cutOff(a, "cut off follower", a.follower());
  }

  private static void cutOff(Arena a, String what, NodeProcess node) {
    a.fault(
        what,
        List.of(node),
        () -> {
          a.network().cut(List.of(node.number()), a.cluster().numbers());
          a.hold(4000, 7000);
          a.network().heal();
        });
  }

  /**
   * Some followers lag behind; then the leader dies, and they come back to an election that they
   * must lose.
   */
  static void killLeaderOfLaggards(Arena a) {
    NodeProcess leader = a.leader();
    List<NodeProcess> followers = a.shuffled().stream().filter(n -> n != leader).toList();
    List<NodeProcess> laggards = followers.subList(0, followers.size() / 2);
    a.fault(
        "behind the others, leader " + leader.id() + " killed:",
        laggards,
        () -> {
          a.network().cut(numbers(laggards), a.cluster().numbers());
          a.hold(2000, 4000);
          leader.kill();
          a.network().heal();
          a.hold(2000, 4000);
          leader.start();
        });
  }

  static void halves(Arena a) {
    List<NodeProcess> nodes = a.shuffled();
    int half = nodes.size() / 2;
    a.fault(
        "halves: cut off",
        nodes.subList(0, half),
        () -> {
          a.network()
              .cut(numbers(nodes.subList(0, half)), numbers(nodes.subList(half, nodes.size())));
          a.hold(4000, 7000);
          a.network().heal();
        });
  }

  static void bridge(Arena a) {
    List<NodeProcess> nodes = a.shuffled();
    int half = nodes.size() / 2;
    a.fault(
        "two sides, both seen only by",
        List.of(nodes.get(half)),
        () -> {
          a.network()
              .cut(numbers(nodes.subList(0, half)), numbers(nodes.subList(half + 1, nodes.size())));
          a.hold(4000, 7000);
          a.network().heal();
        });
  }

  static void oneWay(Arena a) {
    NodeProcess leader = a.leader();
    boolean deaf = a.random().nextBoolean();
    a.fault(
        deaf ? "hears nobody: leader" : "heard by nobody: leader",
        List.of(leader),
        () -> {
          for (int other : a.cluster().numbers()) {
            if (other != leader.number()) {
              a.network().cutOneWay(deaf ? other : leader.number(), deaf ? leader.number() : other);
            }
          }
          a.hold(4000, 7000);
          a.network().heal();
        });
  }

  static void flapping(Arena a) {
    NodeProcess node = a.random().nextBoolean() ? a.leader() : a.follower();
    a.fault(
        "link goes and comes",
        List.of(node),
        () -> {
          for (int i = 0; i < 8; i++) {
            a.network().cut(List.of(node.number()), a.cluster().numbers());
            a.hold(100, 700);
            a.network().heal();
            a.hold(50, 500);
          }
        });
  }

  static void lossy(Arena a) {
    int percent = 2 + a.random().nextInt(14);
    a.fault(
        percent + " % of packets lost",
        a.cluster().nodes(),
        () -> {
          a.network().lose(percent / 100.0);
          a.hold(4000, 7000);
          a.network().heal();
        });
  }

  static void slow(Arena a) {
    int kilobits = 300 + a.random().nextInt(700);
    a.fault(
        kilobits + " kbit/s",
        a.cluster().nodes(),
        () -> {
          a.network().throttle(kilobits);
          a.hold(4000, 7000);
          a.network().heal();
        });
  }

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
          expect(a, "/remove of " + node.id(), a.cluster().remove(leader, node));
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
          expect(a, "/shutdown", a.cluster().shutdown(nodes.get(0)));
          nodes.forEach(node -> node.requireCleanEnd("/shutdown"));
          nodes.forEach(NodeProcess::start);
        });
  }

  /** One joins, the leader may be killed meanwhile, another is removed. */
  static void replaceMember(Arena a) {
    Cluster cluster = a.cluster();
    NodeProcess comer = cluster.add(cluster.numbers().get(cluster.numbers().size() - 1) + 1);
    NodeProcess leader = a.leader();
    a.fault("joins", List.of(comer), () -> comer.start("-join", leader.http()));
    if (a.random().nextBoolean()) {
      killAndStart(a, "kill -9 leader", List.of(leader));
    }
    if (!a.recovered()) {
      return;
    }
    a.welcome(comer);
    NodeProcess goer = a.pick(cluster.nodes().stream().filter(n -> n != comer).toList());
    NodeProcess asked = a.pick(cluster.nodes().stream().filter(n -> n != goer).toList());
    a.fault(
        "removed",
        List.of(goer),
        () -> {
          expect(a, "/remove of " + goer.id(), cluster.remove(asked, goer));
          cluster.forget(goer);
        });
  }

  private static void expect(Arena a, String what, Answer answer) {
    if (!answer.ok()) {
      a.complain(what + ": " + answer.status() + " " + answer.body().strip());
    }
  }

  private static List<Integer> numbers(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::number).toList();
  }
}
