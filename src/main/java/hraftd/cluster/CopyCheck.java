package hraftd.cluster;

import hraftd.kv.Command;
import hraftd.kv.CopyComparison;
import hraftd.kv.KvView;
import hraftd.kv.StateHash;
import hraftd.kv.UnsoundCopyException;
import hraftd.raft.Consensus;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the copies of all members compared, again and again, and ends this node if its own is the odd
 * one. The leader begins a comparison by an entry, at which every node keeps its hash; each reports
 * that by an entry of its own; each judges by itself ({@link CopyVerdict}). docs/guarantees.md says
 * why it is so.
 *
 * <p>Run every {@link #INTERVAL} on one thread; never blocks. Any thread may ask for what it found.
 */
final class CopyCheck implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(CopyCheck.class);

  private static final CopyComparison.At NOTHING = new CopyComparison.At(0, StateHash.EMPTY);

  private static final SecureRandom RANDOM = new SecureRandom();

  /** How late a node reports, at most. */
  static final Duration INTERVAL = Duration.ofMillis(200);

  /** So many changes are worth a comparison before its time: it costs an entry for each member. */
  static final int CHANGES = 10_000;

  /** How long one entry may take; then the next round tries again. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final LocalNode local;
  private final Await await;
  private final Supplier<KvView> store;
  private final Duration every;
  private final LongSupplier nanoTime;

  private volatile boolean proposing;
  private @Nullable Long newest;
  private long newestAt;

  /** The comparison of which the log has said that the copies differ. */
  private @Nullable Long said;

  private volatile @Nullable CopyVerdict verdict;
  private volatile CopyComparison.@Nullable At agreed;

  /**
   * A check for this node.
   *
   * @param every a comparison is due after this time if anything has changed
   * @param nanoTime {@link System#nanoTime}
   */
  CopyCheck(LocalNode local, Supplier<KvView> store, Duration every, LongSupplier nanoTime) {
    this.local = local;
    await = local.await();
    this.store = store;
    this.every = every;
    this.nanoTime = nanoTime;
    newestAt = nanoTime.getAsLong();
  }

  /** What this copy and a majority had at the newest comparison that found them so; else null. */
  CopyComparison.@Nullable At agreed() {
    return agreed;
  }

  /** What the newest comparison comes to; null if there was none. */
  @Nullable CopyVerdict verdict() {
    return verdict;
  }

  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    if (consensus == null) {
      return;
    }
    RaftStatus status = consensus.status();
    if (status.role() == RaftStatus.Role.REMOVED) {
      return;
    }
    KvView view = store.get();
    CopyComparison comparison = view.comparison();
    if (comparison != null) {
      judge(comparison, status);
    }
    Command due = due(view, status);
    // Nodes of hraftd 1.0 cannot read these entries.
    if (due != null && !proposing && status.commonFormat().covers(WireFormat.V3)) {
      propose(consensus, due);
    }
  }

  private @Nullable Command due(KvView view, RaftStatus status) {
    CopyComparison last = view.comparison();
    Long id = last == null ? null : Long.valueOf(last.id());
    if (!Objects.equals(id, newest)) {
      newest = id;
      newestAt = nanoTime.getAsLong();
    }
    // Behind the commit index there may be a newer one.
    if (status.leader() == null || status.appliedIndex() < status.commitIndex()) {
      return null;
    }
    long copy = status.self().incarnation();
    if (last != null && !last.own().equals(last.of(copy))) {
      return new Command.Report(last.id(), new CopyComparison.Reported(copy, last.own()));
    }
    CopyComparison.At compared = last == null ? NOTHING : last.own();
    long revision = compared.revision();
    // Tokens leave the revision as it is.
    boolean same = view.revision() == revision && view.hash().equals(compared.hash());
    if (status.role() != RaftStatus.Role.LEADER || same) {
      return null;
    }
    CopyVerdict known = verdict;
    boolean settled = last == null || (known != null && known.right() != null);
    boolean many = settled && view.revision() - revision >= CHANGES;
    return many || nanoTime.getAsLong() - newestAt >= every.toNanos()
        ? new Command.Compare(RANDOM.nextLong())
        : null;
  }

  private void judge(CopyComparison comparison, RaftStatus status) {
    CopyVerdict found = CopyVerdict.of(comparison, status.membership());
    verdict = found;
    CopyComparison.At right = found.right();
    if (right != null && right.equals(comparison.own())) {
      agreed = right;
    }
    if (found.differ() && !Objects.equals(said, comparison.id())) {
      said = comparison.id();
      LOG.error(
          "the copies differ: {}{}",
          found.said(),
          right == null ? "; no majority has the same, so nobody can tell which is right" : "");
    }
    if (right != null && !right.equals(comparison.own())) {
      local.fail(odd(comparison.own(), right, status.self()));
    }
  }

  private static UnsoundCopyException odd(
      CopyComparison.At own, CopyComparison.At right, NodeId self) {
    return new UnsoundCopyException(
        "the copy of this node, "
            + self.id()
            + ", is not what the majority has: it has "
            + own
            + ", they have "
            + right);
  }

  private void propose(Consensus consensus, Command command) {
    proposing = true;
    var unused =
        consensus
            .propose(command, await.after(PATIENCE))
            .whenComplete((outcome, failure) -> proposing = false);
  }
}
