package hraftd.jgroups;

import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jgroups.raft.StateMachine;
import org.jspecify.annotations.Nullable;

/**
 * The store as the library sees it. The library calls it on the thread that starts the channel, for
 * what the log has already, then on its Raft thread.
 *
 * <p>A refusal is an outcome. Anything unexpected ends the node: the library would log it and go on
 * with the next entry, so from then on nothing is applied here any more.
 */
final class StoreMachine implements StateMachine {

  private static final byte[] NO_RESPONSE = {};

  /** Hears of everything that was applied, on the thread that applies. */
  interface Listener {
    /** An entry was applied, with this outcome. */
    void applied(Envelope entry, Outcome outcome);

    /** The leader's snapshot replaced the state: nobody knows which entries it held. */
    void replaced();

    /** The node must stop. */
    void failed(Throwable cause);
  }

  private final KvState state;
  private final ProposerClock clock;
  private final Listener listener;
  private boolean failed;

  StoreMachine(KvState state, ProposerClock clock, Listener listener) {
    this.state = state;
    this.clock = clock;
    this.listener = listener;
  }

  /** Nobody needs the response: the node that proposed an entry gets the outcome by applying it. */
  @Override
  public byte[] apply(byte[] data, int offset, int length, boolean serializeResponse) {
    run(
        () -> {
          Envelope entry = Envelope.decode(data, offset, length);
          // The state goes on with the clock that it had if this one is behind.
          Outcome outcome = state.apply(entry.clockMillis(), CommandCodec.decode(entry.command()));
          clock.applied(entry.term(), entry.clockMillis());
          listener.applied(entry, outcome);
        });
    return NO_RESPONSE;
  }

  @Override
  public void writeContentTo(DataOutput out) {
    run(
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          state.freeze().writeTo(bytes);
          out.writeInt(bytes.size());
          out.write(bytes.toByteArray());
        });
  }

  @Override
  public void readContentFrom(DataInput in) {
    run(
        () -> {
          byte[] bytes = new byte[in.readInt()];
          in.readFully(bytes);
          state.restore(new ByteArrayInputStream(bytes));
          clock.restored(state.view().clockMillis());
          listener.replaced();
        });
  }

  private interface Step {
    void run() throws IOException;
  }

  private void run(Step step) {
    if (failed) {
      throw new IllegalStateException("this node has failed and stops");
    }
    Throwable cause = attempt(step);
    if (cause != null) {
      failed = true;
      listener.failed(cause);
      throw new IllegalStateException("this node stops", cause);
    }
  }

  private static @Nullable Throwable attempt(Step step) {
    try {
      step.run();
      return null;
    } catch (IOException | RuntimeException | Error e) {
      return e;
    }
  }
}
