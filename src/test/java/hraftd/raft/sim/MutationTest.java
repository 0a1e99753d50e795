package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation finds every deliberate fault that it is to find: else its silence about the real
 * Raft says nothing.
 */
class MutationTest {

  @ParameterizedTest
  @MethodSource("hraftd.mutants.MutantCatalog#simulated")
  void isFound(Mutant mutant) {
    Catcher.Simulation run = (Catcher.Simulation) mutant.catchers().get(0);
    String found = new FaultySimulation(mutant).firstFound(run);
    assertNotNull(found, () -> "not found: " + mutant);
    if (!found.startsWith("seed " + run.seed() + ":")) {
      System.out.printf("mutation %s: now found by %s%n", mutant, found.replaceAll("(?s):.*", ""));
    }
  }
}
