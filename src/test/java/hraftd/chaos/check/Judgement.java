package hraftd.chaos.check;

import java.util.List;

/** What the judge says of one history. */
public sealed interface Judgement {

  /** True only if the history is explained. */
  boolean good();

  /** There is an order that explains it. */
  record Linearizable() implements Judgement {
    @Override
    public boolean good() {
      return true;
    }
  }

  /** The search was given up: too little time or memory. Counts as a failure. */
  record Undecided(String register, int operations) implements Judgement {
    @Override
    public boolean good() {
      return false;
    }
  }

  /**
   * No order explains it.
   *
   * @param register the register it was found on
   * @param reason one line for people
   * @param counterexample operations of the history, in the order in which they began, that already
   *     have no explanation
   */
  record Violation(String register, String reason, List<Operation> counterexample)
      implements Judgement {
    public Violation {
      counterexample = List.copyOf(counterexample);
    }

    @Override
    public boolean good() {
      return false;
    }
  }
}
