package hraftd.chaos.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for an order of one register's steps that agrees with time and with the register's meaning.
 *
 * <p>Wing and Gong, "Testing and verifying concurrent objects" (1993): take any step that began
 * before every remaining one ended, if the state allows it, and go on; at a dead end go back. Lowe,
 * "Testing for linearizability" (2017): never visit the same set of taken steps with the same state
 * twice.
 *
 * <p>Three observations keep it small. A step that is allowed now and changes nothing can be taken
 * at once, with no alternative: taking it later is never better. An optional step (a write of
 * unknown outcome) is only taken if the very next one observes it: an order in which nothing does
 * is as good without it. Of two ways to take the same steps to the same state, one that needed
 * fewer options is as good as the other.
 *
 * <p>One thread, used once. Memory is bounded by {@link #MAX_VISITED}.
 */
final class Search {

  /**
   * At some 100 bytes each, well within the heap of a test; a history that needs more is not
   * decided.
   */
  static final int MAX_VISITED = 2_000_000;

  /** The clock is read once in so many positions: often enough for limits of a second. */
  private static final int POSITIONS_PER_CLOCK_READING = 1024;

  enum Result {
    FOUND,
    IMPOSSIBLE,
    UNDECIDED
  }

  private final RegisterStep[] steps;
  private final RegisterStep[] options;
  private final int[] next;
  private final int[] previous;
  private final long[] taken;
  private final long[] optionsTaken;
  private final long deadline;
  private final boolean vague;
  private final Map<Position, List<long[]>> visited = new HashMap<>();
  private final int[] observersLeft;
  private final int[] writersLeft;
  private int visitedPositions;
  private int remaining;
  private int state = RegisterStep.ABSENT;
  private boolean mustBeObserved;

  /**
   * @param all sorted by {@link RegisterStep#invoked}
   * @param deadline of {@link System#nanoTime}
   */
  Search(List<RegisterStep> all, long deadline) {
    this.steps = all.stream().filter(s -> !s.optional()).toArray(RegisterStep[]::new);
    this.options = all.stream().filter(RegisterStep::optional).toArray(RegisterStep[]::new);
    this.deadline = deadline;
    this.vague = all.stream().anyMatch(s -> s.condition() == RegisterStep.Condition.DIFFERENT);
    this.remaining = steps.length;
    this.taken = new long[(steps.length + 63) / 64];
    this.optionsTaken = new long[(options.length + 63) / 64];
    // A ring through the steps not yet taken; its anchor is steps.length.
    this.next = new int[steps.length + 1];
    this.previous = new int[steps.length + 1];
    for (int i = 0; i <= steps.length; i++) {
      next[i] = i == steps.length ? 0 : i + 1;
      previous[i] = i == 0 ? steps.length : i - 1;
    }
    int states = 1;
    for (RegisterStep step : all) {
      states = Math.max(states, 1 + Math.max(step.operand(), step.effect()));
    }
    this.observersLeft = new int[states];
    this.writersLeft = new int[states];
    for (RegisterStep step : all) {
      count(step, 1);
    }
  }

  /** A choice is a step's index, or for an option the bitwise complement of its index. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Frame(
      int choice, int stateBefore, boolean observedBefore, int[] choices, int[] cursor) {}

  Result run() {
    ArrayDeque<Frame> path = new ArrayDeque<>();
    path.push(new Frame(0, state, false, choices(), new int[1]));
    for (long positions = 1; remaining > 0; positions++) {
      if (visitedPositions >= MAX_VISITED
          || (positions % POSITIONS_PER_CLOCK_READING == 0 && System.nanoTime() - deadline > 0)) {
        return Result.UNDECIDED;
      }
      Frame frame = path.getFirst();
      if (frame.cursor[0] == frame.choices.length) {
        path.pop();
        if (path.isEmpty()) {
          return Result.IMPOSSIBLE;
        }
        undo(frame.choice, frame.stateBefore, frame.observedBefore);
        continue;
      }
      int choice = frame.choices[frame.cursor[0]++];
      int stateBefore = state;
      boolean observedBefore = mustBeObserved;
      take(choice);
      if (isNew(position())) {
        path.push(new Frame(choice, stateBefore, observedBefore, choices(), new int[1]));
      } else {
        undo(choice, stateBefore, observedBefore);
      }
    }
    return Result.FOUND;
  }

  /**
   * A position reached before with every option left that is left now and still of use was as good.
   */
  private boolean isNew(Position position) {
    List<long[]> before = visited.computeIfAbsent(position, p -> new ArrayList<>(1));
    long[] used = usedOptions();
    for (long[] other : before) {
      if (isSubset(other, used)) {
        return false;
      }
    }
    visitedPositions -= before.size();
    before.removeIf(other -> isSubset(used, other));
    before.add(used);
    visitedPositions += before.size();
    return true;
  }

  /**
   * The options taken, without those that would be of no use if they were not: they can never take
   * effect any more, or nobody is left to observe it. What is of use depends on the position alone.
   */
  private long[] usedOptions() {
    long[] used = optionsTaken.clone();
    for (int i = 0; i < options.length; i++) {
      RegisterStep option = options[i];
      boolean possible =
          !option.observes() || option.operand() == state || writersLeft[option.operand()] > 0;
      if (isSet(used, i) && !(possible && (vague || observersLeft[option.effect()] > 0))) {
        used[i >> 6] &= ~(1L << i);
      }
    }
    return used;
  }

  private static boolean isSubset(long[] small, long[] large) {
    for (int i = 0; i < small.length; i++) {
      if ((small[i] & ~large[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  private int[] choices() {
    if (remaining == 0) {
      return new int[0];
    }
    int anchor = steps.length;
    long firstReturn = Long.MAX_VALUE;
    List<Integer> now = new ArrayList<>();
    Set<Integer> wanted = new HashSet<>();
    boolean otherWanted = false;
    for (int i = next[anchor]; i != anchor && steps[i].invoked() <= firstReturn; i = next[i]) {
      firstReturn = Math.min(firstReturn, steps[i].returned());
      if (fits(steps[i])) {
        if (steps[i].effect() == RegisterStep.KEEP) {
          return new int[] {i};
        }
        now.add(i);
      } else if (steps[i].condition() == RegisterStep.Condition.EQUAL) {
        wanted.add(steps[i].operand());
      } else {
        otherWanted |= steps[i].condition() == RegisterStep.Condition.DIFFERENT;
      }
    }
    now.sort(Comparator.comparingLong(i -> steps[i].returned()));
    addOptions(now, firstReturn, wanted, otherWanted);
    return now.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Adds the options that some step at hand waits for.
   *
   * @param wanted states that such a step needs
   * @param otherWanted true if one needs any other state than this one
   */
  private void addOptions(List<Integer> now, long limit, Set<Integer> wanted, boolean otherWanted) {
    for (int i = 0; i < options.length && options[i].invoked() <= limit; i++) {
      if (options[i].observes() && !isSet(optionsTaken, i)) {
        wanted.add(options[i].operand());
      }
    }
    Set<Integer> offered = new HashSet<>();
    for (int i = 0; i < options.length && options[i].invoked() <= limit; i++) {
      RegisterStep option = options[i];
      boolean sought = wanted.contains(option.effect());
      if (isSet(optionsTaken, i)
          || !fits(option)
          || option.effect() == state
          || !(sought || otherWanted)) {
        continue;
      }
      // Plain writes of one state, or of states that nobody seeks, are alike: one stands for all.
      if (option.observes() || offered.add(sought ? option.effect() : RegisterStep.KEEP)) {
        now.add(~i);
      }
    }
  }

  private boolean fits(RegisterStep step) {
    return step.allowedIn(state) && (!mustBeObserved || step.observes());
  }

  private void take(int choice) {
    if (choice >= 0) {
      taken[choice >> 6] |= 1L << choice;
      next[previous[choice]] = next[choice];
      previous[next[choice]] = previous[choice];
      remaining--;
      count(steps[choice], -1);
      state = steps[choice].after(state);
      mustBeObserved = false;
    } else {
      optionsTaken[~choice >> 6] |= 1L << ~choice;
      state = options[~choice].after(state);
      mustBeObserved = true;
    }
  }

  private void undo(int choice, int stateBefore, boolean observedBefore) {
    if (choice >= 0) {
      taken[choice >> 6] &= ~(1L << choice);
      next[previous[choice]] = choice;
      previous[next[choice]] = choice;
      remaining++;
      count(steps[choice], 1);
    } else {
      optionsTaken[~choice >> 6] &= ~(1L << ~choice);
    }
    state = stateBefore;
    mustBeObserved = observedBefore;
  }

  private void count(RegisterStep step, int change) {
    if (step.condition() == RegisterStep.Condition.EQUAL) {
      observersLeft[step.operand()] += change;
    }
    if (step.effect() != RegisterStep.KEEP) {
      writersLeft[step.effect()] += change;
    }
  }

  private static boolean isSet(long[] bits, int i) {
    return (bits[i >> 6] & (1L << i)) != 0;
  }

  /**
   * Which steps (but not which options) are taken, and the state. Leading full words and trailing
   * empty ones are left out.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by content below
  private record Position(
      int firstWord, int state, boolean mustBeObserved, long[] words, int hash) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Position p
          && hash == p.hash
          && firstWord == p.firstWord
          && state == p.state
          && mustBeObserved == p.mustBeObserved
          && Arrays.equals(words, p.words);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private Position position() {
    int from = Math.min(next[steps.length] >> 6, taken.length);
    int to = taken.length;
    while (to > from && taken[to - 1] == 0) {
      to--;
    }
    long[] words = Arrays.copyOfRange(taken, from, to);
    long mixed = 31L * from + state * 2L + (mustBeObserved ? 1 : 0);
    for (long word : words) {
      mixed = (mixed ^ word) * 0x9E3779B97F4A7C15L;
      mixed ^= mixed >>> 29;
    }
    return new Position(from, state, mustBeObserved, words, Long.hashCode(mixed));
  }
}
