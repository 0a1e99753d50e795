package hraftd.kv.state;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.KvView;
import hraftd.kv.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The replicated map: what the log's commands have made of it. One thread applies and restores;
 * {@link #view} and {@link #freeze} may be called by any.
 *
 * <p>The state is a chain of immutable moments that share what they have in common. A command makes
 * the next moment, publishes it, and then tells the listener.
 */
public final class KvState {

  private final ChangeListener listener;
  private volatile Moment moment = Moment.EMPTY;

  /** An empty store at revision 0. */
  public KvState(ChangeListener listener) {
    this.listener = listener;
  }

  /**
   * Applies one command. Deterministic: the outcome and the new state depend on the old state and
   * the arguments alone.
   *
   * <p>The revision grows by one if the command changed something in the map. It stays for a
   * refusal, for a delete or expiry that finds nothing, for a transaction that only reads or
   * deletes what is absent, for {@link Command.Tick}, for tokens, while a restore is collected, and
   * for a repeat under {@link Command.Once}. A key whose time is over exists until {@link
   * Command.Expire} removes it.
   *
   * @param clockMillis the entry's clock, never less than that of the entry before (the state would
   *     go on with the one before)
   */
  public Outcome apply(long clockMillis, Command command) {
    Step step = new Step(moment, clockMillis);
    Outcome outcome = step.run(command);
    Moment after = step.after();
    moment = after;
    List<Change> changes = step.changes();
    if (step.replacedAll()) {
      listener.reset(after.contents().revision());
    } else if (!changes.isEmpty()) {
      listener.changed(after.contents().revision(), changes);
    }
    return outcome;
  }

  /** The store after the last applied command. */
  public KvView view() {
    return moment.contents();
  }

  /**
   * True if the command may make the store larger. The repeat of what was to happen once does not,
   * while the first is remembered: it changes nothing and is owed that one's answer. Nor does what
   * is refused as the repeat of what is forgotten. Any thread.
   */
  public boolean mayGrowBy(Command command) {
    Moment now = moment;
    return command.grows()
        && !(command instanceof Command.Once once
            && now.repeats().answer(once, now.contents().revision()) != null);
  }

  /**
   * True if it holds what must not get lost and no older version knows: what is remembered by age,
   * and tokens. Any thread.
   */
  public boolean isForThisVersionAlone() {
    return moment.isForThisVersionAlone();
  }

  /** The whole state at this moment, in constant time, to be written later by any thread. */
  public Frozen freeze() {
    return moment;
  }

  /**
   * The state that {@link Frozen#writeTo} wrote. Any thread.
   *
   * @throws IOException if the stream fails or does not hold exactly one whole state of a known
   *     format
   */
  public static Frozen read(InputStream in) throws IOException {
    return new SnapshotReader(in).read();
  }

  /**
   * The version of the state that begins here: 1 is that of hraftd 1.0, 2 that of 1.1, 3 the
   * newest; -1 if there is none. Looks at the first bytes alone.
   */
  public static int version(InputStream in) throws IOException {
    return SnapshotReader.version(in);
  }

  /**
   * Replaces the whole state by this one, and tells the listener to reset. Until it is done the old
   * state stays in memory beside the new one.
   */
  public void restore(Frozen state) {
    Moment restored = (Moment) state;
    moment = restored;
    listener.reset(restored.contents().revision());
  }

  /** {@link #read} and {@link #restore}; if it fails nothing has changed. */
  public void restore(InputStream in) throws IOException {
    restore(read(in));
  }

  /** A state that does not change any more. */
  public sealed interface Frozen permits Moment {
    /**
     * Writes all of it, with a buffer of a few MiB at most; the same state always gives the same
     * bytes. The stream is neither flushed nor closed.
     */
    void writeTo(OutputStream out) throws IOException;

    /**
     * The same as hraftd 1.0 can read it, without what that version has no notion of; all of it if
     * it remembers by age or holds tokens, which no older version could go on with.
     */
    void writeForVersion10(OutputStream out) throws IOException;
  }
}
