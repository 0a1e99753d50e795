package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A peer that is away for a moment is not worth a line. */
class AbsenceTest {

  private static final long WORTH = Absence.WORTH_A_LINE.toNanos();

  /** Clocks of this kind begin anywhere. */
  private static final long BEGIN = Long.MAX_VALUE - WORTH / 2;

  private final Absence absence = new Absence();

  @Test
  void onlyWhatLasts() {
    assertFalse(absence.notReached(BEGIN));
    assertFalse(absence.notReached(BEGIN + WORTH - 1));
    assertTrue(absence.notReached(BEGIN + WORTH));
    assertTrue(absence.notReached(BEGIN + 10 * WORTH));
  }

  @Test
  void eachAbsenceBeginsAnew() {
    absence.notReached(BEGIN);
    absence.reached();
    assertFalse(absence.notReached(BEGIN + 2 * WORTH));
    assertFalse(absence.notReached(BEGIN + 3 * WORTH - 1));
    assertTrue(absence.notReached(BEGIN + 3 * WORTH));
  }
}
