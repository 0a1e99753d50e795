package hraftd.kv.state;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything the state is after one entry. Immutable, so that to freeze is to keep a reference.
 *
 * @param contents what readers see
 * @param repeats what was applied under idempotency keys
 * @param staging the copy that a restore is collecting; null if none is under way
 */
record Moment(Contents contents, Repeats repeats, @Nullable Staging staging)
    implements KvState.Frozen {

  static final Moment EMPTY = new Moment(Contents.EMPTY, Repeats.EMPTY, null);

  @Override
  public void writeForVersion10(OutputStream out) throws IOException {
    new SnapshotWriter(out)
        .write(
            isForThisVersionAlone()
                ? this
                : new Moment(contents.neverCompared(), repeats, staging));
  }

  /** What is remembered by age, and who may do what, must not get lost. */
  boolean isForThisVersionAlone() {
    return repeats.older() != null || !contents.tokens().isEmpty();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    new SnapshotWriter(out).write(this);
  }
}
