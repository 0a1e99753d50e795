package hraftd.lab;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import hraftd.mutants.MutantCatalog;
import hraftd.raft.sim.FaultySimulation;
import hraftd.raft.sim.SimRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The deliberate faults of the catalog that a run of the simulation finds. Thread-safe. */
final class Museum {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern SEED = Pattern.compile("seed (\\d+):");
  private static final String BROKEN = "{\"event\":\"promise\"";

  /**
   * One of them.
   *
   * @param run the one that found it last
   */
  record Bug(Mutant mutant, Catcher.Simulation run) {

    /**
     * Writes a run in which it breaks a promise: the one that found it last, else the first that
     * does, as what a seed does changes with the code.
     *
     * @throws IllegalStateException if none does
     */
    void play(FaultySimulation faulty, long maxBytes, OutputStream out) throws IOException {
      byte[] known = record(faulty, run.seed(), maxBytes);
      if (breaksSomething(known)) {
        out.write(known);
        return;
      }
      String found = faulty.firstFound(run);
      Matcher seed = SEED.matcher(String.valueOf(found));
      if (!seed.lookingAt()) {
        throw new IllegalStateException("no seed finds " + mutant.name());
      }
      out.write(record(faulty, Long.parseLong(seed.group(1)), maxBytes));
    }

    private byte[] record(FaultySimulation faulty, long seed, long maxBytes) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      faulty.ofSeed(seed, run.mix(), mutant.name(), SimRun.FAULTY_MILLIS, maxBytes, out);
      return out.toByteArray();
    }
  }

  static boolean breaksSomething(byte[] lines) {
    return new String(lines, StandardCharsets.UTF_8).lines().anyMatch(l -> l.startsWith(BROKEN));
  }

  private final List<Bug> bugs;

  private Museum(List<Bug> bugs) {
    this.bugs = bugs;
  }

  /** Those of the catalog in the working directory. */
  static Museum open() {
    return new Museum(
        MutantCatalog.simulated().stream()
            .map(mutant -> new Bug(mutant, (Catcher.Simulation) mutant.catchers().get(0)))
            .toList());
  }

  /** All of them, room by room. */
  List<Bug> bugs() {
    return bugs;
  }

  /**
   * The one of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  Bug bug(String name) {
    return bugs.stream()
        .filter(bug -> bug.mutant().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("fault: there is none of this name"));
  }

  /** The list as the page reads it. */
  String json() {
    ArrayNode all = JSON.createArrayNode();
    for (Bug bug : bugs) {
      Mutant mutant = bug.mutant();
      all.addObject()
          .put("name", mutant.name())
          .put("room", mutant.room())
          .put("why", mutant.why())
          .put("promise", mutant.promise());
    }
    return all.toString();
  }
}
