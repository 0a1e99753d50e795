package hraftd.kv.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a key takes in memory, measured in a JVM of its own: in one that other tests have used, what
 * they have left becomes garbage at any moment.
 */
class FootprintTest {

  private static final int KEYS = 100_000;

  /** A million such keys have to leave room in a heap of 512 MiB. */
  private static final long MAX_BYTES_A_KEY = 220;

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES)
  void aSmallKeyTakesLittleMoreThanItsValue() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Process measuring =
        new ProcessBuilder(
                java, "-XX:+UseSerialGC", "-Xmx256m", "-cp", classes, Measuring.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      byte[] said = measuring.getInputStream().readAllBytes();
      assertEquals(0, measuring.waitFor());
      long bytesAKey = Long.parseLong(new String(said, StandardCharsets.US_ASCII).strip());
      assertTrue(bytesAKey < MAX_BYTES_A_KEY, () -> bytesAKey + " bytes a key");
      assertTrue(bytesAKey > 100, () -> bytesAKey + " bytes a key cannot be");
    } finally {
      measuring.destroyForcibly();
    }
  }

  /** Prints how many bytes a key takes. */
  static final class Measuring {

    private Measuring() {}

    public static void main(String[] args) {
      bytesAKey(); // Classes and their constants are loaded with the first one.
      System.out.println(bytesAKey());
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

    private static long used() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return runtime.totalMemory() - runtime.freeMemory();
    }
  }
}
