package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FootprintTest {

  private static final int KEYS = 100_000;

  /** A million such keys have to leave room in a heap of 512 MiB. */
  private static final long MAX_BYTES_A_KEY = 220;

  /** The median of three: what other tests have left may become garbage during one of them. */
  @Test
  void aSmallKeyTakesLittleMoreThanItsValue() {
    long bytesAKey =
        LongStream.generate(FootprintTest::bytesAKey)
            .limit(3)
            .sorted()
            .skip(1)
            .findFirst()
            .orElse(0);
    assertTrue(bytesAKey < MAX_BYTES_A_KEY, () -> bytesAKey + " bytes a key");
    assertTrue(bytesAKey > 100, () -> bytesAKey + " bytes a key cannot be");
  }

  private static long bytesAKey() {
    long before = used();
    KvState state = new KvState(ChangeListener.NONE);
    for (int i = 0; i < KEYS; i++) {
      Key key = Key.of("k%011d".formatted(i * 7919L % 1_000_003));
      Command.Pair pair = new Command.Pair(key, new byte[100], 0);
      state.apply(i, new Command.Put(List.of(pair), Guard.NONE));
    }
    long bytesAKey = (used() - before) / KEYS;
    assertEquals(KEYS, state.view().size());
    return bytesAKey;
  }

  /** What is in use once collecting frees no more: some garbage is freed by threads, later. */
  private static long used() {
    long least = usedAfterGc();
    for (long now = usedAfterGc(); now < least - KEYS; now = usedAfterGc()) {
      least = now;
    }
    return least;
  }

  private static long usedAfterGc() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
