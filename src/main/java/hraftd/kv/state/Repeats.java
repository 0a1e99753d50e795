package hraftd.kv.state;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of commands under {@link Command.Once}: the newest with everything, as
 * every version does, and those before in short. Immutable.
 *
 * <p>The newest are a window of their own although the others would do: so all that version 1.1
 * knows stays as it is there, and is all that is left when such a node comes back.
 *
 * @param recent the last by their number
 * @param older those before, by their age; null while only the number counts
 */
record Repeats(OnceWindow recent, @Nullable OlderRepeats older) {

  static final Repeats EMPTY = new Repeats(OnceWindow.EMPTY, null);

  /**
   * What to answer without applying the command; null if it is to be applied.
   *
   * @param revision the store's
   */
  @Nullable Outcome answer(Command.Once command, long revision) {
    byte[] name = OnceWindow.name(command.idempotencyKey());
    OnceWindow.Applied applied = recent.get(name);
    if (applied != null) {
      return applied.fingerprint() == command.fingerprint()
          ? applied.outcome()
          : ofAnother(revision);
    }
    return older == null ? null : older.answer(command, name, revision);
  }

  /** The refusal of a request under an idempotency key that belongs to another one. */
  static Outcome ofAnother(long revision) {
    return new Outcome.Conflict(revision, "the idempotency key belongs to another request");
  }

  /** With one more, which {@link #answer} had no answer for. */
  Repeats with(Command.Once command, Outcome outcome, long clock) {
    if (older == null) {
      return new Repeats(newest(command, outcome, applied -> {}), null);
    }
    List<OnceWindow.Applied> leaving = new ArrayList<>(1);
    OnceWindow now = newest(command, outcome, leaving::add);
    OlderRepeats then = older;
    for (OnceWindow.Applied applied : leaving) {
      then = then.with(applied, clock);
    }
    return new Repeats(now, then);
  }

  private OnceWindow newest(
      Command.Once command, Outcome outcome, Consumer<OnceWindow.Applied> leaves) {
    return recent.with(command.idempotencyKey(), command.fingerprint(), outcome, leaves);
  }

  /** Without what is too old at this clock. */
  Repeats at(long clock) {
    if (older == null) {
      return this;
    }
    OlderRepeats left = older.at(clock);
    return left == older ? this : new Repeats(recent, left);
  }

  /**
   * The same, by age from now on. What was forgotten before was applied at or before the revision
   * of the oldest that is left.
   *
   * @param revision the store's
   */
  Repeats byAge(long revision) {
    if (older != null) {
      return this;
    }
    long forgotten = OlderRepeats.NOTHING;
    if (recent.nextSequence() > recent.size()) {
      var oldest = recent.oldestFirst();
      forgotten = oldest.next() ? oldest.value().outcome().revision() : revision;
    }
    return new Repeats(recent, OlderRepeats.begun(forgotten));
  }

  /** The same, by number alone. */
  Repeats byNumber() {
    return older == null ? this : new Repeats(recent, null);
  }
}
