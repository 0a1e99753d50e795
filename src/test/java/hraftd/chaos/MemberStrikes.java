package hraftd.chaos;

import hraftd.testing.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Changes of membership, each while something else may go wrong. */
final class MemberStrikes {

  /** A removal that is refused for the moment is asked for again, but not longer than this. */
  private static final Duration REMOVAL = Duration.ofSeconds(30);

  private MemberStrikes() {}

  /** A node joins, then another is removed. */
  static void comeAndGo(Arena a) {
    NodeProcess comer = join(a);
    if (!a.recovered()) {
      return;
    }
    a.welcome(comer);
    NodeProcess goer = a.pick(without(a.cluster().nodes(), comer));
    remove(a, goer);
    a.cluster().forget(goer);
  }

  /** A node is lost for good and another takes its place, before or after the removal. */
  static void replace(Arena a) {
    NodeProcess goer = a.pick(a.cluster().nodes());
    a.farewell(goer);
    a.fault("lost for good", List.of(goer), () -> a.cluster().forget(goer));
    boolean removedFirst = a.random().nextBoolean();
    if (removedFirst) {
      remove(a, goer);
    }
    NodeProcess comer = join(a);
    if (!a.recovered()) {
      return;
    }
    a.welcome(comer);
    if (!removedFirst) {
      remove(a, goer);
    }
  }

  /** Starts a new node, which asks the members in turn to take it in. */
  private static NodeProcess join(Arena a) {
    List<NodeProcess> members = a.cluster().nodes();
    String targets = members.stream().map(NodeProcess::http).collect(Collectors.joining(","));
    NodeProcess comer = a.cluster().addNext();
    a.fault("joins", List.of(comer), () -> comer.start("-join", targets));
    disturb(a, members);
    return comer;
  }

  private static void remove(Arena a, NodeProcess goer) {
    List<NodeProcess> rest = without(a.cluster().nodes(), goer);
    a.farewell(goer);
    a.fault(
        "removed",
        List.of(goer),
        () -> {
          CompletableFuture<String> removal =
              Background.supply(() -> a.cluster().remove(rest, goer, REMOVAL));
          disturb(a, rest);
          String refusal = removal.join();
          if (!refusal.isEmpty()) {
            a.complain("/remove of " + goer.id() + ": " + refusal);
          }
        });
  }

  /** By chance, something happens to the leader or to all links, for a moment. */
  private static void disturb(Arena a, List<NodeProcess> members) {
    int choice = a.random().nextInt(5);
    int millis = 500 + a.random().nextInt(2500);
    if (choice == 0) {
      return;
    }
    NodeProcess leader = a.cluster().leader().orElse(members.get(0));
    List<NodeProcess> struck = choice == 4 ? members : List.of(leader);
    List<String> what =
        List.of("", "kill -9 leader", "SIGSTOP leader", "cut off leader", "10 % lost");
    a.fault(
        what.get(choice),
        struck,
        () -> {
          switch (choice) {
            case 1 -> leader.kill();
            case 2 -> leader.freeze();
            case 3 -> a.network().cut(List.of(leader.number()), a.cluster().numbers());
            default -> a.network().lose(0.1);
          }
          a.hold(Duration.ofMillis(millis));
          a.network().heal();
          leader.thaw();
          leader.start();
        });
  }

  private static List<NodeProcess> without(List<NodeProcess> nodes, NodeProcess one) {
    List<NodeProcess> rest = new ArrayList<>(nodes);
    rest.remove(one);
    return rest;
  }
}
