package hraftd.chaos;

import java.util.List;

/** Faults of the network between the nodes; clients reach every node all the while. */
final class NetworkStrikes {

  private NetworkStrikes() {}

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

  private static List<Integer> numbers(List<NodeProcess> nodes) {
    return nodes.stream().map(NodeProcess::number).toList();
  }
}
