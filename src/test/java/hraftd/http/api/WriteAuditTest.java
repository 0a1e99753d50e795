package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.kv.Command;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import hraftd.security.Caller;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Each request that changed something is a line, and its answer waits for that. */
class WriteAuditTest {

  private final List<String> lines = new ArrayList<>();
  private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

  private final WriteAudit audit =
      new WriteAudit(
          line -> {
            lines.add(new String(line.get(), StandardCharsets.UTF_8).replace('"', '\''));
            return written;
          },
          () -> Instant.parse("2026-11-27T10:00:00.1234Z"));

  private CompletableFuture<Outcome> write(Command command, CompletableFuture<Outcome> outcome) {
    return audit.write(Caller.SECRET, command, outcome);
  }

  private String line(Command command, Outcome outcome) {
    lines.clear();
    write(command, CompletableFuture.completedFuture(outcome)).join();
    return lines.isEmpty()
        ? ""
        : lines.get(0).replace("'time':'2026-11-27T10:00:00.123Z','who':'admin',", "");
  }

  private static Pair pair(String key) {
    return new Pair(Key.of(key), new byte[] {1}, 0);
  }

  @Test
  void everyChangeNamesItsKeysAndRevision() {
    Command put = new Command.Put(List.of(pair("a"), pair("b")), new Guard.None());
    assertEquals("{'revision':7,'put':['a','b']}", line(put, new Outcome.Written(7)));
    Command delete = new Command.Delete(Key.of("a"), new Guard.None());
    assertEquals("{'revision':8,'deleted':['a']}", line(delete, new Outcome.Deleted(8, 1)));
    assertEquals(
        "{'revision':9,'deletedPrefix':'p/'}",
        line(new Command.DeletePrefix(Key.of("p/")), new Outcome.Deleted(9, 3)));
    Command binary = new Command.Delete(new Key(new byte[] {(byte) 0xff}), new Guard.None());
    assertEquals("{'revision':8,'deleted64':['/w==']}", line(binary, new Outcome.Deleted(8, 1)));
  }

  @Test
  void aTransactionNamesWhatItChanged() {
    Command txn =
        new Command.Txn(
            List.of(),
            List.of(
                new Operation.PutKey(pair("a")),
                new Operation.DeleteKey(Key.of("there")),
                new Operation.DeleteKey(Key.of("absent")),
                new Operation.GetKey(Key.of("read"))),
            List.of(new Operation.PutKey(pair("else"))));
    List<Outcome.Result> results =
        List.of(
            new Outcome.Result.Put(5),
            new Outcome.Result.Deleted(1),
            new Outcome.Result.Deleted(0),
            new Outcome.Result.Got(null));
    assertEquals(
        "{'revision':5,'put':['a'],'deleted':['there']}",
        line(txn, new Outcome.TxnDone(5, true, results)));
    assertEquals(
        "{'revision':6,'put':['else']}",
        line(txn, new Outcome.TxnDone(6, false, List.of(new Outcome.Result.Put(6)))));
    assertEquals(
        "", line(txn, new Outcome.TxnDone(6, true, List.of(new Outcome.Result.Got(null)))));
  }

  @Test
  void whatChangedNothingIsNoLine() {
    Command delete = new Command.Delete(Key.of("a"), new Guard.None());
    assertEquals("", line(delete, new Outcome.Deleted(8, 0)));
    assertEquals("", line(delete, new Outcome.PreconditionFailed(8, 3)));
    CompletableFuture<Outcome> refused =
        write(delete, CompletableFuture.failedFuture(new ConsensusException.NoLeader("none")));
    assertThrows(CompletionException.class, refused::join);
    assertEquals(List.of(), lines);
  }

  @Test
  void whatMayHaveHappenedIsSaidToBeUnknown() {
    Command delete = new Command.Delete(Key.of("a"), new Guard.None());
    CompletableFuture<Outcome> lost =
        write(
            delete, CompletableFuture.failedFuture(new ConsensusException.OutcomeUnknown("lost")));
    assertThrows(CompletionException.class, lost::join);
    assertEquals(
        List.of(
            "{'time':'2026-11-27T10:00:00.123Z','who':'admin','outcome':'unknown','deleted':['a']}"),
        lines);
  }

  @Test
  void whatCannotBeWrittenDownIsAnsweredAllTheSame() {
    written = CompletableFuture.failedFuture(new IllegalStateException("no file"));
    Command delete = new Command.Delete(Key.of("a"), new Guard.None());
    Outcome done = new Outcome.Deleted(8, 1);
    assertEquals(done, write(delete, CompletableFuture.completedFuture(done)).join());
    WriteAudit broken =
        new WriteAudit(
            line -> {
              throw new IllegalStateException("no line");
            },
            Instant::now);
    assertEquals(
        done,
        broken
            .write(Caller.SECRET, delete, CompletableFuture.completedFuture(done))
            .orTimeout(1, TimeUnit.MINUTES)
            .join());
  }

  @Test
  void theAnswerWaitsForTheLine() {
    written = new CompletableFuture<>();
    CompletableFuture<Outcome> answered =
        write(
            new Command.Delete(Key.of("a"), new Guard.None()),
            CompletableFuture.completedFuture(new Outcome.Deleted(8, 1)));
    assertFalse(answered.isDone());
    written.complete(null);
    assertEquals(new Outcome.Deleted(8, 1), answered.join());
  }
}
