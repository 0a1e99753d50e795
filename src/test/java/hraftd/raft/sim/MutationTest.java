package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The simulation finds every deliberate fault that it is to find: else its silence about the real
 * Raft says nothing. The run that finds it is written down with the promise that is broken, so that
 * the lab can show it.
 */
class MutationTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long MAX_BYTES = 32 << 20;

  @ParameterizedTest
  @MethodSource("hraftd.mutants.MutantCatalog#simulated")
  void isFound(Mutant mutant) throws IOException {
    Catcher.Simulation run = (Catcher.Simulation) mutant.catchers().get(0);
    FaultySimulation faulty = new FaultySimulation(mutant);
    JsonNode broken = broken(faulty, mutant, run);
    if (broken != null) {
      assertEquals(mutant.promise(), broken.path("name").asText(), broken::toString);
      assertTrue(broken.hasNonNull("section") && broken.hasNonNull("text"), broken::toString);
      return;
    }
    String found = faulty.firstFound(run);
    assertNotNull(found, () -> "not found: " + mutant);
    System.out.printf("mutation %s: now found by %s%n", mutant, found.replaceAll("(?s):.*", ""));
  }

  /** The promise that the known seed finds broken; null if there is none, or not as it is to be. */
  private static @Nullable JsonNode broken(
      FaultySimulation faulty, Mutant mutant, Catcher.Simulation run) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    faulty.ofSeed(run.seed(), run.mix(), mutant.name(), SimRun.FAULTY_MILLIS, MAX_BYTES, out);
    String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
    JsonNode last = JSON.readTree(lines[lines.length - 2]);
    boolean isBroken = last.path("event").asText().equals("promise");
    boolean stuck = last.path("name").asText().equals(Promise.GOES_ON.word());
    return isBroken && (run.stuck() || !stuck) ? last : null;
  }
}
