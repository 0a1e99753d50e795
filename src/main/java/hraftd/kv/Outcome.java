package hraftd.kv;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What applying a command gave. A refusal is an outcome like any other, not an exception. */
public sealed interface Outcome {

  /**
   * The store's revision after the command (for a repeat under {@link Command.Once}: back then).
   */
  long revision();

  /** The pairs were written; the revision is their version. */
  record Written(long revision) implements Outcome {}

  /**
   * So many keys were deleted (or expired); the revision has not changed if there were none. Also
   * what a {@link Command.Tick} gives, with 0.
   */
  record Deleted(long revision, long count) implements Outcome {}

  /**
   * The guard did not hold; nothing changed.
   *
   * @param presentVersion the key's version, 0 if it is absent
   */
  record PreconditionFailed(long revision, long presentVersion) implements Outcome {}

  /**
   * What a transaction did.
   *
   * @param succeeded whether the conditions held
   * @param results one for each operation that ran, in order; at most {@link #MAX_BYTES} in all
   */
  record TxnDone(long revision, boolean succeeded, List<Result> results) implements Outcome {

    /**
     * The most that a transaction may read: it is kept for its repeats, and answered in one piece.
     */
    public static final int MAX_BYTES = 4 << 20;
  }

  /**
   * Refused: what the transaction would read is too much for one answer. Nothing changed.
   *
   * @param bytes what it would read
   * @param limit how much it may
   */
  record TooLarge(long revision, long bytes, long limit) implements Outcome {}

  /** What one operation of a transaction gave. */
  sealed interface Result {
    /** Written; the version is the transaction's revision. */
    record Put(long version) implements Result {}

    /** Deleted: 1, or 0 if it was absent. */
    record Deleted(int count) implements Result {}

    /**
     * Read: null if it was absent. A version equal to the transaction's revision: written in it.
     */
    record Got(@Nullable Item item) implements Result {}
  }

  /** A restore began, went on or was given up; so many pairs are collected by now. */
  record Staged(long revision, long count) implements Outcome {}

  /** Everything was replaced by so many keys. */
  record Restored(long revision, long keys) implements Outcome {}

  /**
   * Refused: it may be the repeat of a command that was applied, whose outcome is not kept any
   * more. Nothing changed. Never itself kept.
   */
  record RepeatExpired(long revision) implements Outcome {}

  /**
   * Refused: the idempotency key belongs to another request, or a restore's command does not fit
   * the restore that is under way. Nothing changed.
   *
   * @param detail why, for people
   */
  record Conflict(long revision, String detail) implements Outcome {}
}
