package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.fail;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation finds every deliberate fault: else its silence about the real Raft says nothing.
 */
class MutationTest {

  private static final int SEEDS = 1000;

  /** Shorter than a run of the real one: a fault shows soon, or with another seed. */
  private static final long RUN_MILLIS = 6_000;

  @ParameterizedTest
  @MethodSource("hraftd.raft.sim.Mutant#all")
  void isFound(Mutant mutant) {
    if (finds(mutant, mutant.foundBy())) {
      return;
    }
    for (long seed = 1; seed <= SEEDS; seed++) {
      if (finds(mutant, seed)) {
        System.out.printf("mutation %s: now found by seed %d%n", mutant, seed);
        return;
      }
    }
    fail("not found in " + SEEDS + " seeds: " + mutant);
  }

  /** By an invariant, or by a check of Raft's own; not that it gets stuck, or into some trouble. */
  private static boolean isBrokenPromise(@Nullable Throwable cause) {
    return (cause instanceof AssertionError && !(cause instanceof SimCluster.Stuck))
        || cause instanceof IllegalStateException;
  }

  private static boolean finds(Mutant mutant, long seed) {
    try {
      SimulationTest.run(seed, mutant, mutant.mix(), RUN_MILLIS);
      return false;
    } catch (AssertionError found) {
      return mutant.getsStuck() || isBrokenPromise(found.getCause());
    }
  }
}
