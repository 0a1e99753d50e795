package hraftd.http.api;

import static hraftd.testing.Eventually.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.events.Traffic;
import hraftd.http.Code;
import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.kv.Command;
import hraftd.kv.Key;
import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.security.Caller;
import hraftd.security.TokenText;
import hraftd.watch.History;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A read that has waited for its view, and whose token was good when it came. */
class ReadsTest {

  private final History history = new History();
  private final KvState state = new KvState(history);
  private final DirectConsensus consensus = new DirectConsensus(state);
  private final Store store =
      new Store(consensus, state, history, "c1", WriteAudit.NONE, new Traffic());

  @AfterEach
  void close() {
    consensus.close();
    store.close();
  }

  private void write(Command command) {
    consensus.propose(command, Deadline.after(LONG)).join();
  }

  @Test
  void whatIsAnsweredIsOfAViewInWhichTheTokenIsWorthSomething() {
    List<Rule> rules = List.of(new Rule(Key.of(""), Right.READ));
    Token token =
        new Token("t", TokenText.hash(TokenText.random()), rules, 1, 0, Token.Limits.NONE);
    write(new Command.PutToken(token, 1));
    Request request =
        new Request(
            "GET",
            "k",
            Params.of("level=stale&min_revision=0&explain"),
            HttpFields.EMPTY,
            new byte[0],
            InputStream.nullInputStream(),
            bytes -> {},
            Caller.of(token));
    consensus.beforeStatus(
        () -> {
          consensus.beforeStatus(() -> {});
          write(new Command.DeleteToken("t"));
        });
    CompletableFuture<Reply> answer =
        Reads.read(store, request, Runnable::run, view -> Reply.empty(200));
    Problem problem = Problem.of(assertThrows(CompletionException.class, answer::join));
    assertEquals(Code.UNAUTHORIZED, problem.code(), problem::detail);
  }
}
