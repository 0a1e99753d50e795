package hraftd.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What only the end of a run tells about its operations. */
class ClientHistoryTest {

  private final ClientHistory history = new ClientHistory();

  private void write(String value, Outcome outcome, long version) {
    record(Kind.WRITE, null, value, outcome, version);
  }

  private void refused(String expected, long met) {
    record(Kind.COMPARE_AND_WRITE, expected, "other", Outcome.UNMET, met);
  }

  private void record(
      Kind kind, @Nullable String expected, String value, Outcome outcome, long version) {
    int id = history.nextId();
    history.record(
        new Operation(id, "c", "n", "x", kind, expected, value, id, id, outcome, null, -1),
        version);
  }

  private @Nullable String lastObserved() {
    return history.operations().get(history.size() - 1).observed();
  }

  @Test
  void aRefusalMetTheValueOfTheVersionThatItNames() {
    write("a", Outcome.DONE, 7);
    refused("b", 7);
    assertEquals("a", lastObserved());
  }

  @Test
  void aVersionThatNobodySawTellsNothing() {
    write("a", Outcome.UNKNOWN, -1);
    refused("b", 7);
    assertNull(lastObserved());
  }

  @Test
  void aVersionMeansOneValue() {
    write("a", Outcome.DONE, 7);
    write("a", Outcome.DONE, 7);
    assertEquals(0, history.ambiguousVersions().size());
    write("b", Outcome.DONE, 7);
    assertEquals(1, history.ambiguousVersions().size());
  }
}
