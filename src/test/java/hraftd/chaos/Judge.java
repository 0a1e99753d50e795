package hraftd.chaos;

import hraftd.chaos.check.Judgement;
import hraftd.chaos.check.Linearizability;
import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import hraftd.chaos.check.RevisionOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Looks at the store once the clients are done, and decides. One thread, used once. */
final class Judge {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /**
   * For one register; a history of a run takes a fraction of a second unless something is wrong.
   */
  private static final Duration SEARCH_LIMIT = Duration.ofSeconds(30);

  private final ProcessCluster cluster;
  private final Client client;
  private final ClientHistory history;
  private long lost;

  Judge(ProcessCluster cluster, Client client, ClientHistory history) {
    this.cluster = cluster;
    this.client = client;
    this.history = history;
  }

  /** Acknowledged creations whose key is gone or holds something else. */
  long lost() {
    return lost;
  }

  /**
   * Reads every register once more on every node, and every key that was created once, from one
   * copy.
   */
  void readAll() {
    List<String> registers =
        history.operations().stream().map(Operation::register).distinct().sorted().toList();
    for (NodeProcess node : cluster.nodes()) {
      Session session = new Session("last-" + node.id(), node.id(), node.http(), client, history);
      for (String register : registers) {
        if (register.startsWith("r")) {
          session.read(register, LIMIT);
        } else if (register.startsWith("p")) {
          session.readPair(register, LIMIT);
        }
      }
    }
    NodeProcess node = cluster.nodes().get(0);
    long invoked = System.nanoTime();
    Copies.Copy copy = new Copies(client).read(node.http(), "&prefix=u/");
    long returned = System.nanoTime();
    for (Operation o : history.operations()) {
      if (o.register().startsWith("u/")) {
        String value = Objects.requireNonNullElse(copy.value(o.register()), Operation.ABSENT);
        history.record(
            new Operation(
                history.nextId(),
                "last",
                node.id(),
                o.register(),
                Kind.READ,
                null,
                null,
                invoked,
                returned,
                Outcome.DONE,
                value,
                copy.revision()),
            -1);
        lost += o.outcome() == Outcome.DONE && !value.equals(o.value()) ? 1 : 0;
      }
    }
  }

  List<Judgement> failures() {
    List<Judgement> failures = new ArrayList<>(history.ambiguousVersions());
    List<Operation> operations = history.operations();
    failures.addAll(RevisionOrder.failures(operations));
    failures.addAll(new Linearizability(SEARCH_LIMIT).failures(operations));
    return failures;
  }
}
