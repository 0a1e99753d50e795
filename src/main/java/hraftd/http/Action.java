package hraftd.http;

import java.util.concurrent.CompletionStage;

/** What a route does. */
@FunctionalInterface
public interface Action {

  /**
   * Answers a request. Runs on a server thread, of which there are few: it must not block. The
   * stage may end on any thread, with a reply, a {@link Problem} or a {@link
   * hraftd.raft.ConsensusException}; the same may be thrown.
   */
  CompletionStage<Reply> handle(Request request);
}
