package hraftd.http.api;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.events.Traffic;
import hraftd.http.Code;
import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.security.Caller;
import hraftd.security.TokenText;
import hraftd.watch.History;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The places of reads that wait: how many a client may take, and that all are given back. */
class LongPollPlacesTest {

  private static final int MOST = 2;

  private final History history = new History();
  private final KvState state = new KvState(history);
  private final DirectConsensus consensus = new DirectConsensus(state);
  private final Store store =
      new Store(consensus, state, history, "c1", WriteAudit.NONE, new Traffic());
  private final LongPolls polls = new LongPolls(() -> store, Runnable::run, MOST);

  @AfterEach
  void close() {
    consensus.close();
    store.close();
  }

  private void write(Command command) {
    consensus.propose(command, Deadline.after(LONG)).join();
  }

  private void put(String key) {
    byte[] value = "1".getBytes(StandardCharsets.UTF_8);
    write(new Command.Put(List.of(new Command.Pair(Key.of(key), value, 0)), Guard.NONE));
  }

  private static Caller holder(String name) {
    TokenHash hash = TokenText.hash(TokenText.random());
    List<Rule> rules = List.of(new Rule(Key.of(""), Right.READ));
    return Caller.of(new Token(name, hash, rules, 1, 0, Token.Limits.NONE));
  }

  /** What it takes, and what happens when it begins to wait. */
  private record Place(String client, Runnable waiting) implements Request.Place {

    @Override
    public void hold(long bytes) {}

    @Override
    public void waits() {
      waiting.run();
    }
  }

  private static Request request(String client, Caller caller, Runnable waiting) {
    return new Request(
        "GET",
        "k",
        Params.of("wait=60s&level=stale"),
        HttpFields.EMPTY,
        new byte[0],
        InputStream.nullInputStream(),
        new Place(client, waiting),
        caller);
  }

  private CompletableFuture<Reply> read(Request request, String key) {
    return polls.read(
        store,
        request,
        Duration.ofSeconds(60),
        Key.of(key),
        view -> {
          if (view.get(Key.of(key)) == null) {
            throw Problem.notFound("not yet");
          }
          return Reply.empty(200);
        });
  }

  private CompletableFuture<Reply> waiting(String client, Caller caller, String key) {
    if (caller.token() != null) {
      write(new Command.PutToken(caller.token(), 1));
    }
    CompletableFuture<Reply> waiting = read(request(client, caller, () -> {}), key);
    assertFalse(waiting.isDone());
    return waiting;
  }

  private void waits(String client, Caller caller, String key) {
    var unused = waiting(client, caller, key);
  }

  private void refused(String client, Caller caller) {
    CompletableFuture<Reply> answer = read(request(client, caller, () -> {}), "k");
    Problem problem = Problem.of(assertThrows(CompletionException.class, answer::join));
    assertEquals(Code.OVERLOADED, problem.code(), problem::detail);
  }

  private static void ends(CompletableFuture<Reply> answer) {
    assertEquals(200, answer.orTimeout(LONG.toMillis(), TimeUnit.MILLISECONDS).join().status());
  }

  @Test
  void oneAddressDoesNotTakeThePlacesOfOthers() {
    CompletableFuture<Reply> first = waiting("10.0.0.1", Caller.EVERYBODY, "first");
    waits("10.0.0.1", Caller.EVERYBODY, "k");
    refused("10.0.0.1", Caller.EVERYBODY);
    refused("10.0.0.1", holder("t"));
    waits("10.0.0.2", Caller.EVERYBODY, "k");
    assertEquals(3, store.waits().count());
    put("first");
    ends(first);
    waits("10.0.0.1", Caller.EVERYBODY, "k");
    refused("10.0.0.1", Caller.EVERYBODY);
  }

  @Test
  void oneTokenDoesNotTakeThePlacesOfOthersWhereverItIsShown() {
    Caller holder = holder("t");
    CompletableFuture<Reply> first = waiting("10.0.0.1", holder, "first");
    waits("10.0.0.2", holder, "k");
    refused("10.0.0.3", holder);
    waits("10.0.0.3", holder("u"), "k");
    waits("10.0.0.3", Caller.SECRET, "k");
    put("first");
    ends(first);
    waits("10.0.0.4", holder, "k");
    refused("10.0.0.5", holder);
  }

  @Test
  void whatChangesJustWhenAReadBeginsToWaitLeavesNothingBehind() {
    WeakReference<Request> gone = new WeakReference<>(answeredAsItBegins());
    assertEquals(0, store.waits().count());
    eventually(
        "the request is forgotten",
        () -> {
          System.gc();
          return gone.get() == null;
        });
  }

  @Test
  void aDefectEndsTheReadThatWaits() {
    AtomicBoolean broken = new AtomicBoolean();
    CompletableFuture<Reply> answer =
        polls.read(
            store,
            request("10.0.0.1", Caller.EVERYBODY, () -> {}),
            Duration.ofSeconds(60),
            Key.of("k"),
            view -> {
              if (broken.get()) {
                throw new AssertionError("a defect");
              }
              throw Problem.notFound("not yet");
            });
    assertFalse(answer.isDone());
    broken.set(true);
    put("k");
    eventually("it is answered", answer::isCompletedExceptionally);
    assertEquals(0, store.waits().count());
  }

  private Request answeredAsItBegins() {
    CompletableFuture<Reply> other = waiting("10.0.0.2", Caller.EVERYBODY, "k");
    Request request =
        request(
            "10.0.0.1",
            Caller.EVERYBODY,
            () -> {
              put("k");
              ends(other);
              eventually("both have been told", () -> store.waits().count() == 0);
            });
    ends(read(request, "k"));
    return request;
  }
}
