package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Whatever is done to one file of a node that is down: it starts with all that it had, or says what
 * is damaged, and either does not start or has no vote until others have sent what it lacks. Never
 * does it start with fewer entries without a word. {@code -Dmutations=100000} tries more, and
 * prints what came of them.
 */
class StoreMutationTest {

  private static final int MUTATIONS = 3000;
  private static final int OF_A_LIFE = 60;

  private record Tried(MediaFault fault, String file) implements Comparable<Tried> {
    @Override
    public int compareTo(Tried other) {
      return toString().compareTo(other.toString());
    }
  }

  private final Map<Tried, Map<StoredLife.Outcome, Integer>> counts = new TreeMap<>();

  @Test
  void noDamageMakesANodeForgetWithoutAWord() throws IOException {
    int mutations = Integer.getInteger("mutations", MUTATIONS);
    int done = 0;
    for (long seed = 1; done < mutations; seed++) {
      Random random = new Random(seed);
      StoredLife life = new StoredLife(random);
      assertEquals(StoredLife.Outcome.SAME, life.start(life.disk()), "unharmed, seed " + seed);
      for (int i = 0; i < OF_A_LIFE; i++) {
        done += mutate(life, random, "seed " + seed + ", mutation " + i) ? 1 : 0;
      }
    }
    if (Integer.getInteger("mutations") != null) {
      counts.forEach((tried, outcomes) -> System.out.println(tried + ": " + outcomes));
    }
    for (StoredLife.Outcome outcome : List.of(StoredLife.Outcome.values())) {
      assertTrue(
          counts.values().stream().anyMatch(outcomes -> outcomes.containsKey(outcome)),
          "nothing came out as " + outcome);
    }
  }

  private boolean mutate(StoredLife life, Random random, String what) throws IOException {
    MediaFault[] faults = MediaFault.values();
    MediaFault fault = faults[random.nextInt(faults.length)];
    CrashDisk disk = life.disk();
    List<Path> files = disk.files();
    Path file = files.get(random.nextInt(files.size()));
    if (!fault.happen(disk, file, life.older, random)) {
      return false;
    }
    String name = String.valueOf(file.getFileName()).replaceAll("-.*", "");
    String where = what + ": " + fault + " of " + file;
    try {
      StoredLife.Outcome outcome = life.start(disk);
      counts
          .computeIfAbsent(new Tried(fault, name), key -> new TreeMap<>())
          .merge(outcome, 1, Integer::sum);
      return true;
    } catch (IOException | UncheckedIOException | AssertionError e) {
      throw new AssertionError(where, e);
    }
  }
}
