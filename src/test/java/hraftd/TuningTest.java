package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What system properties say is checked before anything starts. */
class TuningTest {

  @Test
  void aSegmentOfTwoGibibytesIsRefused() throws StartException {
    String property = "hraftd.segmentBytes";
    assertEquals(16 << 20, Tuning.fromSystemProperties(Invocation.SCRUB).segmentBytes());
    try {
      System.setProperty(property, String.valueOf(2L << 30));
      StartException e =
          assertThrows(StartException.class, () -> Tuning.fromSystemProperties(Invocation.SCRUB));
      assertEquals(StartException.USAGE, e.exitCode());
      System.setProperty(property, String.valueOf(1L << 30));
      assertEquals(1 << 30, Tuning.fromSystemProperties(Invocation.SCRUB).segmentBytes());
    } finally {
      System.clearProperty(property);
    }
  }
}
