package hraftd.raft;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The simulation finds every deliberate fault: else its silence about the real Raft says nothing.
 */
class MutationTest {

  private static final int SEEDS = 1000;

  /** Shorter than a run of the real one: a fault shows soon, or with another seed. */
  private static final long RUN_MILLIS = 6_000;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void isFound(Mutant mutant) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        SimulationTest.run(seed, mutant, mutant.mix(), RUN_MILLIS);
      } catch (AssertionError found) {
        System.out.printf("mutation %s: found by seed %d%n", mutant, seed);
        return;
      }
    }
    fail("not found in " + SEEDS + " seeds: " + mutant);
  }
}
