package hraftd.chaos.check;

import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Histories for tests: written by hand, line by line, or by chance. */
final class Histories {

  private final List<Operation> operations = new ArrayList<>();

  List<Operation> all() {
    return List.copyOf(operations);
  }

  Histories read(long from, long to, String saw) {
    return add(from, to, Kind.READ, null, null, Outcome.DONE, saw);
  }

  Histories put(long from, long to, String value) {
    return add(from, to, Kind.WRITE, null, value, Outcome.DONE, null);
  }

  Histories delete(long from, long to, @Nullable String saw) {
    return add(from, to, Kind.WRITE, null, Operation.ABSENT, Outcome.DONE, saw);
  }

  Histories rejectedPut(long from, long to, String value) {
    return add(from, to, Kind.WRITE, null, value, Outcome.REJECTED, null);
  }

  Histories unknownPut(long from, long to, String value) {
    return add(from, to, Kind.WRITE, null, value, Outcome.UNKNOWN, null);
  }

  Histories swap(long from, long to, String expected, String value) {
    return add(from, to, Kind.COMPARE_AND_WRITE, expected, value, Outcome.DONE, null);
  }

  Histories unmetSwap(long from, long to, String expected, String value, @Nullable String saw) {
    return add(from, to, Kind.COMPARE_AND_WRITE, expected, value, Outcome.UNMET, saw);
  }

  Histories unknownSwap(long from, long to, String expected, String value) {
    return add(from, to, Kind.COMPARE_AND_WRITE, expected, value, Outcome.UNKNOWN, null);
  }

  private Histories add(
      long from,
      long to,
      Kind kind,
      @Nullable String expected,
      @Nullable String value,
      Outcome outcome,
      @Nullable String observed) {
    int id = operations.size();
    operations.add(
        new Operation(
            id, "c" + id, "n", "x", kind, expected, value, from, to, outcome, observed, -1));
    return this;
  }

  /**
   * A register is really played: every operation takes effect somewhere between its ends, an
   * unknown one also later or never. Then, by chance, some answers are made wrong.
   *
   * @param vague some answers tell only that there was a value, or another one
   */
  static List<Operation> random(Random random, int size, int clients, double wrong, boolean vague) {
    List<Integer> order = new ArrayList<>();
    long[] from = new long[size];
    long[] to = new long[size];
    long[] effect = new long[size];
    Outcome[] outcomes = new Outcome[size];
    long[] free = new long[clients];
    for (int i = 0; i < size; i++) {
      int client = i % clients;
      from[i] = free[client] + random.nextInt(10);
      to[i] = from[i] + random.nextInt(30);
      free[client] = to[i] + 1;
      effect[i] = from[i] + random.nextInt((int) (to[i] - from[i]) + 1);
      outcomes[i] = Outcome.DONE;
      if (random.nextInt(6) == 0) {
        outcomes[i] = random.nextInt(4) == 0 ? Outcome.REJECTED : Outcome.UNKNOWN;
        effect[i] += random.nextInt(60);
      }
      order.add(i);
    }
    order.sort(java.util.Comparator.comparingLong(i -> effect[i]));
    Operation[] made = new Operation[size];
    String state = Operation.ABSENT;
    List<String> seen = new ArrayList<>(List.of(Operation.ABSENT));
    for (int i : order) {
      Kind kind = List.of(Kind.values()).get(random.nextInt(3));
      String value = kind == Kind.READ ? null : random.nextInt(4) == 0 ? Operation.ABSENT : "v" + i;
      String expected =
          kind == Kind.COMPARE_AND_WRITE
              ? random.nextInt(3) == 0 ? seen.get(random.nextInt(seen.size())) : state
              : null;
      String before = state;
      Outcome outcome = outcomes[i];
      boolean happens =
          outcome == Outcome.DONE || (outcome == Outcome.UNKNOWN && random.nextBoolean());
      if (expected != null && !expected.equals(state)) {
        happens = false;
        outcome = outcome == Outcome.DONE ? Outcome.UNMET : outcome;
      }
      if (happens && value != null) {
        state = value;
        seen.add(value);
      }
      String observed = observed(vague && random.nextBoolean(), kind, value, outcome, before);
      if (observed != null && random.nextDouble() < wrong) {
        observed = seen.get(random.nextInt(seen.size()));
      }
      made[i] =
          new Operation(
              i,
              "c" + i % clients,
              "n",
              "x",
              kind,
              expected,
              value,
              from[i],
              to[i],
              outcome,
              observed,
              -1);
    }
    return List.of(made);
  }

  private static @Nullable String observed(
      boolean vague, Kind kind, @Nullable String value, Outcome outcome, String before) {
    if (kind == Kind.READ) {
      return outcome == Outcome.DONE ? before : null;
    }
    if (outcome == Outcome.UNMET) {
      return vague ? null : before;
    }
    if (kind == Kind.WRITE && Operation.ABSENT.equals(value) && outcome == Outcome.DONE) {
      return before.equals(Operation.ABSENT) ? before : vague ? Operation.PRESENT : null;
    }
    return null;
  }
}
