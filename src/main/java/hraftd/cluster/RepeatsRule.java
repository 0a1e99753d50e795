package hraftd.cluster;

import hraftd.kv.Command;
import hraftd.kv.KvView;
import hraftd.raft.Consensus;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what was done under idempotency keys remembered by age while every member knows how, and by
 * number once one comes that does not: all copies have to go by one rule, so the leader says it by
 * an entry. A member that is silent changes nothing: it was asked before.
 *
 * <p>Run every {@link #INTERVAL} on one thread; never blocks.
 */
final class RepeatsRule implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(RepeatsRule.class);

  /** An older node that joins waits so long at most before it is sent anything. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  /** Who speaks this remembers by age. */
  private static final WireFormat KNOWS_HOW = WireFormat.V4;

  /** How long one entry may take; then the next round tries again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LocalNode local;
  private final Await await;
  private final Supplier<KvView> store;
  private volatile boolean proposing;

  RepeatsRule(LocalNode local, Supplier<KvView> store) {
    this.local = local;
    await = local.await();
    this.store = store;
  }

  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    if (consensus == null || proposing) {
      return;
    }
    RaftStatus status = consensus.status();
    // Behind the commit index there may be another rule.
    if (status.role() != RaftStatus.Role.LEADER || status.appliedIndex() < status.commitIndex()) {
      return;
    }
    Command due = due(store.get().remembersByAge(), status);
    if (due != null) {
      propose(consensus, due);
    }
  }

  private static @Nullable Command due(boolean byAge, RaftStatus status) {
    boolean someAreOlder =
        status.peers().stream()
            .map(RaftStatus.Peer::said)
            .anyMatch(said -> said != null && !said.covers(KNOWS_HOW));
    if (byAge) {
      return someAreOlder ? new Command.RememberByNumber() : null;
    }
    boolean allKnow = !someAreOlder && status.commonFormat().covers(KNOWS_HOW);
    return allKnow ? new Command.RememberByAge() : null;
  }

  private void propose(Consensus consensus, Command rule) {
    proposing = true;
    var unused =
        consensus
            .propose(rule, await.after(PATIENCE))
            .whenComplete(
                (outcome, failure) -> {
                  proposing = false;
                  if (failure == null) {
                    LOG.info(
                        "from now on writes with an idempotency key are remembered {}",
                        rule instanceof Command.RememberByAge
                            ? "by age, as all members know how"
                            : "by number alone, as a member is of an older version");
                  }
                });
  }
}
