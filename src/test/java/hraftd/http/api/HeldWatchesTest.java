package hraftd.http.api;

import static hraftd.testing.Eventually.eventually;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.Code;
import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.RequestBudget;
import hraftd.security.Caller;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/** Watches of a node that does not serve yet. */
class HeldWatchesTest {

  private static CompletableFuture<Reply> watch(HeldWatches watches, String query) {
    Request request =
        new Request(
            "GET",
            "",
            Params.of(query),
            HttpFields.EMPTY,
            new byte[0],
            InputStream.nullInputStream(),
            bytes -> {},
            Caller.EVERYBODY);
    return watches.serve(request, store -> CompletableFuture.completedFuture(Reply.empty(200)));
  }

  @Test
  void however_many_wait_there_is_room_for_other_requests() {
    AtomicReference<Code> why = new AtomicReference<>(Code.STARTING);
    HeldWatches watches =
        new HeldWatches(
            () -> {
              throw new Problem(requireNonNull(why.get()), "not yet");
            },
            Runnable::run);
    List<CompletableFuture<Reply>> held = new ArrayList<>();
    for (int i = 0; i < HeldWatches.MAX_HELD; i++) {
      held.add(watch(watches, "timeout=1h"));
    }
    assertTrue(held.size() <= RequestBudget.MAX_REQUESTS / 2);
    CompletableFuture<Reply> oneMore = watch(watches, "timeout=1h");
    assertTrue(oneMore.isDone());
    Problem said =
        assertInstanceOf(
            Problem.class, assertThrows(CompletionException.class, oneMore::join).getCause());
    assertEquals(Code.STARTING, said.code());
    assertEquals(0, held.stream().filter(CompletableFuture::isDone).count());
    why.set(Code.REMOVED);
    eventually("all hear it", () -> held.stream().allMatch(CompletableFuture::isDone));
    why.set(Code.STARTING);
    CompletableFuture<Reply> next = watch(watches, "timeout=1h");
    assertFalse(next.isDone(), "there is room again");
    why.set(Code.REMOVED);
    eventually("it hears it", next::isDone);
  }
}
