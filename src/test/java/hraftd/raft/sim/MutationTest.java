package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.fail;

import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation finds every deliberate fault that it is to find: else its silence about the real
 * Raft says nothing.
 */
class MutationTest {

  private static final int SEEDS = 1000;

  /** Shorter than a run of the real one: a fault shows soon, or with another seed. */
  private static final long RUN_MILLIS = 6_000;

  @ParameterizedTest
  @MethodSource("hraftd.mutants.MutantCatalog#simulated")
  void isFound(Mutant mutant) {
    FaultySimulation simulation = new FaultySimulation(mutant);
    Catcher.Simulation known = (Catcher.Simulation) mutant.catchers().get(0);
    if (simulation.found(known, known.seed(), RUN_MILLIS) != null) {
      return;
    }
    for (long seed = 1; seed <= SEEDS; seed++) {
      if (simulation.found(known, seed, RUN_MILLIS) != null) {
        System.out.printf("mutation %s: now found by seed %d%n", mutant, seed);
        return;
      }
    }
    fail("not found in " + SEEDS + " seeds: " + mutant);
  }
}
