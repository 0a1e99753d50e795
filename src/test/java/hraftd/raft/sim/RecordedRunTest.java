package hraftd.raft.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written down of a run is the run. */
class RecordedRunTest {

  private static final long MILLIS = 1500;
  private static final long ENOUGH = 64 << 20;

  private static byte[] record(long seed, long maxBytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordedRun.ofSeed(seed, "", "", MILLIS, maxBytes, out);
    return out.toByteArray();
  }

  private static List<String> lines(byte[] recorded) {
    return new String(recorded, StandardCharsets.UTF_8).lines().toList();
  }

  /** Else it would show something that the test has not seen. */
  @Test
  void toBeLookedAtChangesNothing() {
    for (long seed = 1; seed <= 8; seed++) {
      SimCluster alone = new SimCluster(seed, null);
      alone.run(MILLIS);
      SimCluster watched = new SimCluster(seed, null);
      new SimRecorder(watched, new EventLines(0, ENOUGH));
      watched.run(MILLIS);
      assertEquals(alone.describe(), watched.describe());
      assertEquals(alone.random.nextLong(), watched.random.nextLong());
    }
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws IOException {
    assertArrayEquals(record(17, ENOUGH), record(17, ENOUGH));
  }

  @Test
  void ofTooMuchTheNewestIsKept() throws IOException {
    List<String> all = lines(record(3, ENOUGH));
    List<String> newest = lines(record(3, 100_000));
    assertTrue(newest.size() < all.size());
    assertEquals(all.get(0), newest.get(0), "its head");
    int left = all.size() - newest.size();
    assertEquals(all.subList(left + 1, all.size()), newest.subList(1, newest.size()));
  }

  @Test
  void aMixIsOneThatThereIs() {
    assertThrows(
        IllegalArgumentException.class,
        () -> RecordedRun.ofSeed(1, "NO_SUCH", "", MILLIS, ENOUGH, new ByteArrayOutputStream()));
  }
}
