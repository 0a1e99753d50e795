package hraftd.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FootprintTest {

  private static final int KEYS = 100_000;

  /** A million such keys have to leave room in a heap of 512 MiB. */
  private static final long MAX_BYTES_A_KEY = 220;

  @Test
  void aSmallKeyTakesLittleMoreThanItsValue() {
    long before = used();
    KvState state = new KvState(ChangeListener.NONE);
    for (int i = 0; i < KEYS; i++) {
      Key key = Key.of("k%011d".formatted(i * 7919L % 1_000_003));
      Command.Pair pair = new Command.Pair(key, new byte[100], 0);
      state.apply(i, new Command.Put(List.of(pair), Guard.NONE));
    }
    long bytesAKey = (used() - before) / KEYS;
    assertEquals(KEYS, state.view().size());
    assertTrue(bytesAKey < MAX_BYTES_A_KEY, () -> bytesAKey + " bytes a key");
    assertTrue(bytesAKey > 100, () -> bytesAKey + " bytes a key cannot be");
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
