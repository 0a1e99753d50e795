package hraftd.kv;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The replicated map: what the log's commands have made of it. One thread applies; {@link #view}
 * may be called by any.
 */
public final class KvState {

  /** An empty store. */
  public KvState(ChangeListener listener) {
    throw new UnsupportedOperationException("skeleton " + listener);
  }

  /**
   * Applies one command. Deterministic: the outcome and the new state depend on the old state and
   * the arguments alone.
   *
   * @param clockMillis the entry's clock, never less than that of the entry before
   */
  public Outcome apply(long clockMillis, Command command) {
    throw new UnsupportedOperationException("skeleton " + clockMillis + command);
  }

  /** The store after the last applied command. */
  public KvView view() {
    throw new UnsupportedOperationException("skeleton");
  }

  /** The whole state at this moment, in constant time, to be written later by any thread. */
  public Frozen freeze() {
    throw new UnsupportedOperationException("skeleton");
  }

  /**
   * Replaces the whole state by one that {@link Frozen#writeTo} wrote. If it fails nothing has
   * changed.
   *
   * @throws IOException if the stream fails or does not hold a whole state of a known format
   */
  public void restore(InputStream in) throws IOException {
    throw new UnsupportedOperationException("skeleton " + in);
  }

  /** A state that does not change any more. */
  public interface Frozen {
    /** Writes all of it; the same state always gives the same bytes. */
    void writeTo(OutputStream out) throws IOException;
  }
}
