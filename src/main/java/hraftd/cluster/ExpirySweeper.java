package hraftd.cluster;

import hraftd.kv.Command;
import hraftd.kv.KvView;
import hraftd.raft.Consensus;
import hraftd.raft.RaftStatus;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the leader write the end of keys into the log when their time is over, and the clock when
 * nothing else does: members that are there hear it from the leader all the time, but one that
 * starts begins with the last entry's, and if all do, keys live longer by what that is behind. Does
 * nothing on other nodes.
 *
 * <p>Run every {@link #INTERVAL} on one thread; never blocks.
 */
final class ExpirySweeper implements Runnable {

  /** How late an expiry may be by this. */
  static final Duration INTERVAL = Duration.ofMillis(100);

  /** One entry's share, so that writes get through while very many keys expire. */
  private static final int KEYS_AN_ENTRY = 1000;

  /** How long a key may live too long, that is due soon when all members start again. */
  private static final Duration TICK = Duration.ofSeconds(1);

  /** That is soon: the disk of an idle cluster with keys that are not rests. */
  private static final Duration SOON = Duration.ofMinutes(1);

  /**
   * The same as a tick for keys that are not due soon: else one might outlive any number of starts.
   */
  private static final Duration RARE_TICK = Duration.ofHours(1);

  /** How long one entry may take; then the next round tries again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LocalNode local;
  private final Await await;
  private final Supplier<KvView> store;
  private final LongSupplier nanoTime;

  private volatile boolean proposing;
  private long lastIndex;
  private long lastIndexAt;

  /**
   * A sweeper for this node.
   *
   * @param nanoTime {@link System#nanoTime}
   */
  ExpirySweeper(LocalNode local, Supplier<KvView> store, LongSupplier nanoTime) {
    this.local = local;
    await = local.await();
    this.store = store;
    this.nanoTime = nanoTime;
    this.lastIndexAt = nanoTime.getAsLong();
  }

  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    if (consensus == null || proposing) {
      return;
    }
    RaftStatus status = consensus.status();
    if (status.role() != RaftStatus.Role.LEADER) {
      return;
    }
    Command due = due(consensus, status);
    if (due != null) {
      propose(consensus, due);
    }
  }

  private @Nullable Command due(Consensus consensus, RaftStatus status) {
    long expiry = store.get().nextExpiry();
    if (expiry == Long.MAX_VALUE) {
      return null;
    }
    long left = expiry - consensus.clockMillis();
    if (left <= 0) {
      return new Command.Expire(KEYS_AN_ENTRY);
    }
    long now = nanoTime.getAsLong();
    if (status.lastIndex() != lastIndex) {
      lastIndex = status.lastIndex();
      lastIndexAt = now;
    }
    Duration tick = left <= SOON.toMillis() ? TICK : RARE_TICK;
    return now - lastIndexAt >= tick.toNanos() ? new Command.Tick() : null;
  }

  /** One entry at a time; the next batch follows at once while keys are due. */
  private void propose(Consensus consensus, Command command) {
    proposing = true;
    var unused =
        consensus
            .propose(command, await.after(PATIENCE))
            .whenComplete(
                (outcome, failure) -> {
                  boolean more =
                      failure == null
                          && command instanceof Command.Expire
                          && local.consensusOrNull() == consensus
                          && store.get().nextExpiry() <= consensus.clockMillis();
                  if (more) {
                    propose(consensus, command);
                  } else {
                    proposing = false;
                  }
                });
  }
}
