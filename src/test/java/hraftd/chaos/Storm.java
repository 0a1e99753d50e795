package hraftd.chaos;

import java.util.List;

/** Many faults on top of each other: none is mended before all are. */
final class Storm {

  private static final int LEAST_BLOWS = 6;
  private static final int MORE_BLOWS = 8;

  private Storm() {}

  static void strike(Arena a) {
    int blows = LEAST_BLOWS + a.random().nextInt(MORE_BLOWS);
    for (int i = 0; i < blows; i++) {
      NodeProcess node = a.pick(a.cluster().nodes());
      NodeProcess other = a.pick(a.cluster().nodes());
      Blow blow = Blow.values()[a.random().nextInt(Blow.values().length)];
      List<NodeProcess> struck =
          blow == Blow.CUT || blow == Blow.CUT_ONE_WAY ? List.of(node, other) : List.of(node);
      a.fault(
          blow.what,
          struck,
          () -> {
            blow.fall(a, node, other);
            a.hold(100, 1200);
          });
    }
    a.fault(
        "the storm ends",
        a.cluster().nodes(),
        () -> {
          a.network().heal();
          for (NodeProcess node : a.cluster().nodes()) {
            node.disk().free();
            node.thaw();
            node.start();
          }
        });
  }

  private enum Blow {
    KILL("kill -9") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        node.kill();
      }
    },
    START("start") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        node.start();
      }
    },
    FREEZE("SIGSTOP") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        node.freeze();
      }
    },
    THAW("SIGCONT") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        node.thaw();
      }
    },
    CUT("cut between") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        a.network().cut(List.of(node.number()), List.of(other.number()));
      }
    },
    CUT_ONE_WAY("cut one way between") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        if (node != other) {
          a.network().cutOneWay(node.number(), other.number());
        }
      }
    },
    HEAL("all links whole; asked for by") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        a.network().heal();
      }
    },
    LOSE("5 % of packets lost; asked for by") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        a.network().lose(0.05);
      }
    },
    FILL("disk full") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        node.disk().free();
        node.disk().fill(a.random().nextInt(64) * 1024L);
      }
    },
    LOSE_POWER("power lost, left off") {
      @Override
      void fall(Arena a, NodeProcess node, NodeProcess other) {
        node.kill();
        node.disk().losePower();
      }
    };

    private final String what;

    Blow(String what) {
      this.what = what;
    }

    abstract void fall(Arena a, NodeProcess node, NodeProcess other);
  }
}
