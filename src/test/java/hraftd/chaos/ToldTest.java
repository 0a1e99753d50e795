package hraftd.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Kind;
import hraftd.chaos.check.Operation.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a watcher may be told, and what not. */
class ToldTest {

  private final Told told = new Told("w");

  private void put(String key, String value, long revision) throws IOException {
    half(key, value, revision);
    told.line("id: " + revision);
    told.line("");
  }

  /** All of an event but the id that ends it. */
  private void half(String key, String value, long revision) throws IOException {
    told.line("event: put");
    told.line(
        String.format(
            "data: {\"key\":\"%s\",\"value\":\"%s\",\"version\":%d,\"revision\":%d}",
            key, value, revision, revision));
  }

  private static Operation created(String key, String value, long revision) {
    return new Operation(
        1, "c", "n", key, Kind.WRITE, null, value, 0, 1, Outcome.DONE, null, revision);
  }

  private static final List<Operation> TWO =
      List.of(created("u/1", "a", 5), created("u/2", "b", 7));

  @Test
  void eachOnceIsWell() throws IOException {
    put("u/1", "a", 5);
    assertFalse(told.complete(TWO));
    told.line(":");
    told.line("event: progress");
    told.line("data: {\"revision\":6}");
    told.line("id: 6@5aad9232");
    put("u/2", "b", 7);
    assertTrue(told.complete(TWO));
    assertEquals(List.of(), told.complaints(TWO));
    assertEquals(7, told.resume());
  }

  @Test
  void oneIsMissing() throws IOException {
    put("u/1", "a", 5);
    assertEquals(List.of("w was never told of u/2"), told.complaints(TWO));
  }

  @Test
  void oneCameTwice() throws IOException {
    put("u/1", "a", 5);
    put("u/1", "a", 6);
    put("u/2", "b", 7);
    assertEquals(List.of("w was told of u/1 twice"), told.complaints(TWO));
  }

  @Test
  void whatCameWithoutItsIdComesAgain() throws IOException {
    put("u/1", "a", 5);
    half("u/2", "b", 7);
    assertEquals(5, told.resume());
    put("u/2", "b", 7);
    assertEquals(List.of(), told.complaints(TWO));
  }

  @Test
  void afterStartingOverAllComesAgain() throws IOException {
    put("u/1", "a", 5);
    told.startOver();
    assertEquals(0, told.resume());
    half("u/1", "a", 5);
    put("u/2", "b", 7);
    assertEquals(List.of(), told.complaints(TWO));
  }

  @Test
  void afterAResetItGoesOnFromWhereItIs() throws IOException {
    put("u/1", "a", 5);
    told.line("event: reset");
    told.line("data: {\"revision\":9}");
    told.line("id:");
    assertEquals(5, told.resume());
    put("u/2", "b", 7);
    assertEquals(List.of(), told.complaints(TWO));
  }

  @Test
  void theOrderIsWrong() throws IOException {
    put("u/2", "b", 7);
    put("u/1", "a", 5);
    assertEquals(List.of("w was told of revision 5 after 7"), told.complaints(TWO));
  }

  @Test
  void aValueOrVersionIsWrong() throws IOException {
    put("u/1", "x", 5);
    put("u/2", "b", 8);
    assertEquals(2, told.complaints(TWO).size());
  }

  @Test
  void somethingWasDeletedThatNobodyDeletes() throws IOException {
    told.line("event: delete");
    told.line("data: {\"key\":\"u/1\",\"version\":5,\"revision\":5,\"reason\":\"deleted\"}");
    assertEquals(List.of("w was told of a delete of u/1"), told.complaints(List.of()));
  }
}
