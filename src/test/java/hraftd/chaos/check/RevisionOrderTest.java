package hraftd.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Revisions that agree with time, and some that do not. */
class RevisionOrderTest {

  private int id;

  private Operation operation(
      Kind kind, long from, long to, @Nullable String observed, long revision) {
    id++;
    String value = kind == Kind.READ ? null : observed == null ? "v" + id : Operation.ABSENT;
    return new Operation(
        id, "c" + id, "n", "k" + id, kind, null, value, from, to, Outcome.DONE, observed, revision);
  }

  private Operation read(long from, long to, long revision) {
    return operation(Kind.READ, from, to, "v", revision);
  }

  private Operation put(long from, long to, long revision) {
    return operation(Kind.WRITE, from, to, null, revision);
  }

  private static int failures(Operation... history) {
    return RevisionOrder.failures(List.of(history)).size();
  }

  @Test
  void concurrentAnswersMayComeInAnyOrder() {
    assertEquals(0, failures(put(0, 9, 2), put(1, 8, 1), read(2, 7, 0), read(10, 11, 2)));
  }

  @Test
  void aReadOfTheSameRevisionIsFine() {
    assertEquals(0, failures(put(0, 1, 5), read(2, 3, 5), read(4, 5, 5)));
  }

  @Test
  void aLaterReadMustNotShowAnOlderRevision() {
    assertEquals(1, failures(put(0, 1, 5), read(2, 3, 4)));
  }

  @Test
  void aLaterWriteMustShowANewerRevision() {
    assertEquals(1, failures(read(0, 1, 5), put(2, 3, 5)));
  }

  @Test
  void aDeleteOfNothingChangesNoRevision() {
    assertEquals(0, failures(put(0, 1, 5), operation(Kind.WRITE, 2, 3, Operation.ABSENT, 5)));
  }

  @Test
  void concurrentWritesMustNotShareARevision() {
    assertEquals(1, failures(put(0, 9, 5), put(0, 9, 5)));
  }
}
