package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.events.Traffic;
import hraftd.http.Access;
import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import hraftd.kv.Command;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.state.KvState;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.security.Caller;
import hraftd.security.NodeProof;
import hraftd.security.Secret;
import hraftd.security.TokenText;
import hraftd.security.WatchedFiles;
import hraftd.watch.History;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, and how sure a node has to be of that. */
class TokenAccessTest {

  private static final String SECRET = "a-secret-for-tests-of-more-than-32-characters";

  private static final Route KEYS = route(Route.Needs.ITS_KEYS);

  private final History history = new History();
  private final KvState state = new KvState(history);
  private final DirectConsensus consensus = new DirectConsensus(state);
  private final Store store =
      new Store(consensus, state, history, "c1", WriteAudit.NONE, new Traffic());
  private final WatchedFiles files = new WatchedFiles(Duration.ofHours(1));
  private final AtomicLong now = new AtomicLong(1_000_000);
  private final String text = TokenText.random();
  @TempDir private Path directory;
  private TokenAccess access;
  private Secret secret;

  private static Route route(Route.Needs needs) {
    return Route.of(
        "GET",
        "/x",
        needs,
        Route.Body.NONE,
        Set.of(200),
        request -> CompletableFuture.completedFuture(Reply.empty(200)));
  }

  @BeforeEach
  void open() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), SECRET);
    if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    secret = Secret.of(file, files);
    access =
        new TokenAccess(secret, /* isOptional= */ false, () -> store, "me:1"::equals, now::get);
  }

  @AfterEach
  void close() {
    files.close();
    consensus.close();
    store.close();
  }

  private void put(Token token) {
    consensus
        .propose(new Command.PutToken(token, now.get()), Deadline.after(Duration.ofMinutes(1)))
        .join();
  }

  private Token token(long expires, Token.Limits limits) {
    return new Token(
        "t",
        TokenText.hash(text),
        List.of(new Rule(Key.of("a"), Right.READ)),
        now.get(),
        expires,
        limits);
  }

  private CompletableFuture<Caller> ask(Route route, @Nullable String shown) {
    return asked(
        access,
        route,
        shown(shown == null ? null : "Bearer " + shown, /* certified= */ null, "10.0.0.1"));
  }

  /** Who it is, and that the route is for that one. */
  private static CompletableFuture<Caller> asked(
      TokenAccess by, Route route, Access.Asking asking) {
    return by.caller(route, asking)
        .thenApply(
            caller -> {
              by.permit(route, caller);
              return caller;
            });
  }

  private record Sent(
      @Nullable String authorization,
      @Nullable String certified,
      String client,
      String method,
      @Nullable String host,
      String target,
      Deadline deadline)
      implements Access.Asking {

    @Override
    public String path() {
      return target.replaceFirst("\\?.*", "");
    }
  }

  private static Access.Asking shown(
      @Nullable String header, @Nullable String certified, String client) {
    return new Sent(header, certified, client, "GET", "me:1", "/x?y", SOON);
  }

  /** Who waits until then. */
  private static Access.Asking patient(@Nullable String header, Deadline until) {
    return new Sent(header, /* certified= */ null, "10.0.0.1", "GET", "me:1", "/x?y", until);
  }

  private static final Deadline SOON = Deadline.after(Duration.ofMinutes(5));

  @Test
  void nobodyIsLookedForLongerThanTheClientWaits() {
    put(token(now.get() + 5, Token.Limits.NONE));
    consensus.behind(null);
    for (String header : Arrays.asList("Bearer " + text, null)) {
      Deadline own = Deadline.after(Duration.ofSeconds(5));
      var unused = access.caller(KEYS, patient(header, own));
      assertSame(own, consensus.barrierDeadline(), "with " + header);
    }
  }

  /** Nobody knows yet whether it may do anything at all. */
  @Test
  void nobodyIsLookedForLongerThanAClientWaitsThatDoesNotSay() {
    consensus.behind(null);
    for (String header : Arrays.asList("Bearer " + text, null)) {
      var unused = access.caller(KEYS, patient(header, Deadline.after(Request.MAX_TIMEOUT)));
      Deadline longest = Deadline.after(Request.DEFAULT_TIMEOUT);
      assertNotSame(longest, consensus.barrierDeadline().orEarlier(longest), "with " + header);
    }
  }

  private static Code refusal(CompletableFuture<Caller> caller) {
    return Problem.of(assertThrows(CompletionException.class, caller::join)).code();
  }

  @Test
  void aTokenIsWorthWhatItsRulesSayUntilItsTime() {
    assertEquals(Code.UNAUTHORIZED, refusal(ask(KEYS, text)));
    put(token(now.get() + 5, Token.Limits.NONE));
    Caller caller = ask(KEYS, text).join();
    assertEquals("t", caller.name());
    assertTrue(caller.may(Right.READ, Key.of("ab")));
    now.addAndGet(4);
    assertTrue(ask(KEYS, text).isDone());
    now.addAndGet(1);
    assertEquals(Code.UNAUTHORIZED, refusal(ask(KEYS, text)));
  }

  @Test
  void aCertificateIsWorthWhatTheTokenOfItsNameIsElseWhatAnybodyMay() {
    CompletableFuture<Caller> none = asked(access, KEYS, shown(null, "t", "10.0.0.1"));
    assertEquals(Code.UNAUTHORIZED, refusal(none));
    put(token(now.get() + 5, Token.Limits.NONE));
    assertEquals("t", asked(access, KEYS, shown(null, "t", "10.0.0.1")).join().name());
    assertEquals(Code.UNAUTHORIZED, refusal(asked(access, KEYS, shown(null, "u", "10.0.0.1"))));
    put(
        new Token(
            Token.ANONYMOUS,
            /* hash= */ null,
            List.of(new Rule(Key.of("b"), Right.READ)),
            now.get(),
            0,
            Token.Limits.NONE));
    assertEquals(Token.ANONYMOUS, asked(access, KEYS, shown(null, "u", "10.0.0.1")).join().name());
    now.addAndGet(5);
    assertEquals(
        Token.ANONYMOUS,
        asked(access, KEYS, shown(null, "t", "10.0.0.1")).join().name(),
        "expired");
    assertSame(
        Caller.SECRET,
        asked(access, KEYS, shown("Bearer " + SECRET, "t", "10.0.0.1")).join(),
        "who shows a token is the one of that");
  }

  @Test
  void whileTheCopyIsFreshNobodyIsAsked() {
    put(token(0, Token.Limits.NONE));
    consensus.failWith(new ConsensusException.NoLeader("gone"));
    assertEquals("t", ask(KEYS, text).join().name());
  }

  @Test
  void aCopyThatMayBeOldDecidesAfterABarrier() {
    put(token(0, Token.Limits.NONE));
    for (Duration behind : new @Nullable Duration[] {null, TokenAccess.FRESH}) {
      consensus.behind(behind);
      CompletableFuture<Void> barrier = new CompletableFuture<>();
      consensus.hold(barrier);
      CompletableFuture<Caller> asked = ask(KEYS, text);
      assertFalse(asked.isDone());
      barrier.complete(null);
      assertEquals("t", asked.join().name());
      consensus.hold(null);
    }
  }

  @Test
  void withoutALeaderNoTokenIsTakenFromAnOldCopy() {
    put(token(0, Token.Limits.NONE));
    consensus.behind(null);
    consensus.failWith(new ConsensusException.NoLeader("gone"));
    Throwable why = assertThrows(CompletionException.class, ask(KEYS, text)::join);
    assertEquals(Code.NO_LEADER, Problem.of(why).code());
    assertSame(Caller.SECRET, ask(KEYS, SECRET).join(), "the admin gets in all the same");
  }

  @Test
  void aCopyThatIsNotWholeIsNotAsked() {
    consensus.whole(false);
    CompletableFuture<Void> barrier = new CompletableFuture<>();
    consensus.hold(barrier);
    assertFalse(ask(KEYS, text).isDone());
    barrier.complete(null);
  }

  @Test
  void tooManyWrongTokensOfAnAddressAreNotLookedAtForASecond() {
    put(token(0, Token.Limits.NONE));
    int refused = 0;
    while (refusal(ask(KEYS, "hr_wrong")) == Code.UNAUTHORIZED) {
      assertTrue(++refused < 1000, "no end");
    }
    assertTrue(refused >= 10, refused + " were looked at");
    assertSame(Caller.SECRET, ask(KEYS, SECRET).join(), "a right one is let in all the same");
    assertEquals(
        "t",
        access
            .caller(KEYS, shown("Bearer " + text, /* certified= */ null, "10.0.0.2"))
            .join()
            .name());
  }

  @Test
  void aTokenWithALimitIsHeldToIt() {
    put(token(0, new Token.Limits(1, 0)));
    assertEquals("t", ask(KEYS, text).join().name());
    assertEquals(Code.OVERLOADED, refusal(ask(KEYS, text)));
  }

  @Test
  void whileItIsTurnedOnWhoShowsNothingMayDoAllAndAWrongTokenIsWrong() {
    TokenAccess optional =
        new TokenAccess(secret, /* isOptional= */ true, () -> store, "me:1"::equals, now::get);
    assertSame(
        Caller.EVERYBODY,
        asked(optional, KEYS, shown(null, /* certified= */ null, "10.0.0.3")).join());
    assertEquals(
        Code.UNAUTHORIZED,
        refusal(
            asked(optional, KEYS, shown("Bearer hr_wrong", /* certified= */ null, "10.0.0.3"))));
  }

  @Test
  void beforeThereIsAClusterOnlyTheSecretIsKnown() {
    TokenAccess waiting =
        new TokenAccess(secret, /* isOptional= */ false, () -> null, "me:1"::equals, now::get);
    Route admin = route(Route.Needs.ADMIN);
    assertSame(
        Caller.SECRET,
        asked(waiting, admin, shown("Bearer " + SECRET, /* certified= */ null, "10.0.0.4")).join());
    assertEquals(
        Code.UNAUTHORIZED,
        refusal(asked(waiting, admin, shown(null, /* certified= */ null, "10.0.0.4"))));
    assertEquals(
        Code.NOT_SET_UP,
        refusal(asked(waiting, admin, shown("Bearer " + text, /* certified= */ null, "10.0.0.4"))));
  }

  @Test
  void whatNeedsNothingIsForEverybody() {
    assertSame(Caller.NOBODY, ask(route(Route.Needs.NOTHING), null).join());
    assertSame(Caller.NOBODY, ask(route(Route.Needs.NOTHING), "hr_wrong").join());
  }

  private static String proof(String address, String target, long millis) {
    byte[] secret = SECRET.getBytes(StandardCharsets.US_ASCII);
    return NodeProof.header(secret, new NodeProof.Asked("GET", address, target), millis);
  }

  private CompletableFuture<Caller> askAsNode(String header, String host) {
    return asked(
        access,
        route(Route.Needs.SECRET),
        new Sent(header, null, "10.0.0.5", "GET", host, "/x?y", SOON));
  }

  @Test
  void anotherNodeIsLetInForWhatItsProofIsFor() {
    long millis = now.get();
    assertSame(Caller.SECRET, askAsNode(proof("me:1", "/x?y", millis), "me:1").join());
    assertEquals(Code.UNAUTHORIZED, refusal(askAsNode(proof("me:1", "/other", millis), "me:1")));
    assertEquals(Code.UNAUTHORIZED, refusal(askAsNode(proof("me:1", "/x?y", millis), "other:1")));
    now.addAndGet(NodeProof.WINDOW.toMillis() + 1);
    assertEquals(Code.UNAUTHORIZED, refusal(askAsNode(proof("me:1", "/x?y", millis), "me:1")));
  }

  @Test
  void whatWasMadeForAnotherAddressIsWorthNothingHere() {
    String header = proof("trap:1", "/x?y", now.get());
    assertEquals(Code.UNAUTHORIZED, refusal(askAsNode(header, "trap:1")));
    assertEquals(Code.UNAUTHORIZED, refusal(askAsNode(header, "me:1")));
  }

  @Test
  void aTokenThatIsTooNewForThisCopyIsLookedUpBehindABarrier() {
    CompletableFuture<Void> barrier = new CompletableFuture<>();
    consensus.hold(barrier);
    CompletableFuture<Caller> asked = ask(KEYS, text);
    assertFalse(asked.isDone());
    consensus.hold(null);
    put(token(0, Token.Limits.NONE));
    barrier.complete(null);
    assertEquals("t", asked.join().name());
  }

  @Test
  void anonymousWithoutARuleIsNobody() {
    put(new Token(Token.ANONYMOUS, null, List.of(), 0, 0, Token.Limits.NONE));
    assertEquals(Code.UNAUTHORIZED, refusal(ask(route(Route.Needs.A_TOKEN), null)));
  }
}
