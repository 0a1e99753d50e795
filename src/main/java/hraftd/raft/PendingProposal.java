package hraftd.raft;

import hraftd.kv.Outcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller's future for a proposal. */
final class PendingProposal extends CompletableFuture<Outcome> implements Proposals.Proposer {

  private final InFlight inFlight;
  private final long size;

  PendingProposal(InFlight inFlight, long size) {
    this.inFlight = inFlight;
    this.size = size;
  }

  @Override
  public void applied(Entry entry, @Nullable Object result) {
    inFlight.done(size);
    if (result instanceof Outcome outcome) {
      complete(outcome);
    } else {
      completeExceptionally(
          new IllegalStateException("entry " + entry.index() + " had no outcome"));
    }
  }

  @Override
  public void failed(ConsensusException why) {
    inFlight.done(size);
    completeExceptionally(why);
  }
}
