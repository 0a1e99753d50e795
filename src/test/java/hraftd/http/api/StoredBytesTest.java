package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.kv.Command;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.state.KvState;
import hraftd.security.Caller;
import hraftd.security.TokenText;
import hraftd.watch.History;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A token keeps no more in the store than it may. */
class StoredBytesTest {

  private final KvState state = new KvState(new History());
  private final AtomicLong nanos = new AtomicLong(-7);
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final StoredBytes stored = new StoredBytes(state::view, nanos::get, waiting::add);

  /** Writes below a/, but for what is below a/read/; and a/in/, which is in a/. */
  private static Caller caller(long limit) {
    return Caller.of(
        new Token(
            "t",
            TokenText.hash("x"),
            List.of(
                new Rule(Key.of("a/"), Right.WRITE),
                new Rule(Key.of("a/in/"), Right.WRITE),
                new Rule(Key.of("a/read/"), Right.READ),
                new Rule(Key.of(""), Right.READ)),
            0,
            0,
            new Token.Limits(0, limit)));
  }

  private static Command put(String key, int bytes) {
    return new Command.Put(List.of(new Pair(Key.of(key), new byte[bytes], 0)), new Guard.None());
  }

  private void write(String key, int bytes) {
    state.apply(1, put(key, bytes));
  }

  private CompletableFuture<Void> admit(Caller caller, Command command) {
    CompletableFuture<Void> admitted = stored.admit(caller, command);
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
    return admitted;
  }

  private static void assertRefused(CompletableFuture<Void> admitted) {
    Throwable why = assertThrows(CompletionException.class, admitted::join);
    assertEquals(Code.QUOTA_FULL, Problem.of(why).code());
  }

  @Test
  void whatLiesUnderItsPrefixesCounts() {
    write("a/1", 97);
    write("a/in/1", 94);
    write("a/read/1", 5000);
    write("b/1", 5000);
    admit(caller(300), put("a/2", 97)).join();
    assertRefused(admit(caller(299), put("a/2", 97)));
  }

  @Test
  void whatIsLetThroughIsAddedUntilItIsCountedAgain() {
    admit(caller(250), put("a/1", 97)).join();
    admit(caller(250), put("a/2", 97)).join();
    assertRefused(admit(caller(250), put("a/3", 97)));
    nanos.addAndGet(StoredBytes.AGE.toNanos());
    // Neither was written.
    admit(caller(250), put("a/3", 97)).join();
  }

  @Test
  void whatIsLetThroughDuringACountIsNotForgotten() {
    admit(caller(250), put("a/1", 97)).join();
    nanos.addAndGet(StoredBytes.AGE.toNanos());
    CompletableFuture<Void> first = stored.admit(caller(250), put("a/2", 97));
    CompletableFuture<Void> second = stored.admit(caller(250), put("a/3", 97));
    CompletableFuture<Void> third = stored.admit(caller(250), put("a/4", 97));
    assertEquals(1, waiting.size(), "counted once for all");
    assertFalse(first.isDone());
    waiting.remove().run();
    // In whatever order: two fit.
    assertEquals(
        1,
        Stream.of(first, second, third)
            .filter(CompletableFuture::isCompletedExceptionally)
            .count());
  }

  @Test
  void aCountThatFailsIsNoCount() {
    write("a/1", 97);
    AtomicBoolean isBroken = new AtomicBoolean(true);
    StoredBytes broken =
        new StoredBytes(
            () -> {
              if (isBroken.get()) {
                throw new IllegalStateException("no view");
              }
              return state.view();
            },
            nanos::get,
            waiting::add);
    CompletableFuture<Void> first = broken.admit(caller(150), put("a/2", 97));
    waiting.remove().run();
    assertThrows(CompletionException.class, first::join);
    isBroken.set(false);
    CompletableFuture<Void> second = broken.admit(caller(150), put("a/2", 97));
    waiting.remove().run();
    assertRefused(second);
  }

  @Test
  void aTransactionCountsWithWhatItCanWrite() {
    Command txn =
        new Command.Txn(
            List.of(),
            List.of(new Operation.PutKey(new Pair(Key.of("a/1"), new byte[7], 0))),
            List.of(new Operation.PutKey(new Pair(Key.of("a/1"), new byte[97], 0))));
    admit(caller(100), txn).join();
    assertRefused(admit(caller(99), txn));
  }

  @Test
  void deletesAndWhoHasNoLimitAreNotCounted() {
    write("a/1", 5000);
    assertTrue(
        stored.admit(caller(10), new Command.Delete(Key.of("a/1"), new Guard.None())).isDone());
    assertTrue(stored.admit(caller(0), put("a/1", 5000)).isDone());
    assertTrue(stored.admit(Caller.SECRET, put("a/1", 5000)).isDone());
    assertTrue(waiting.isEmpty());
  }
}
