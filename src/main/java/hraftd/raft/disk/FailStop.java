package hraftd.raft.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rule that the first failed write or fsync of a store is final: nobody knows what is on the
 * disk then, and a later fsync that succeeds proves nothing. For any thread.
 */
public final class FailStop {
  private final Consumer<Throwable> fatal;
  private @Nullable Throwable cause;

  /** Nothing has failed yet; {@code fatal} is told the first failure, once, on its thread. */
  public FailStop(Consumer<Throwable> fatal) {
    this.fatal = fatal;
  }

  /**
   * Passes as long as nothing has failed.
   *
   * @throws UncheckedIOException if something has: with the first failure, so that whoever is heard
   *     first, this caller or the one it happened to, says what it was
   */
  public void check() {
    Throwable first = cause();
    if (first != null) {
      throw new UncheckedIOException(
          first instanceof IOException failure
              ? failure
              : new IOException("the store has failed before", first));
    }
  }

  /** True once something has failed. */
  public boolean hasFailed() {
    return cause() != null;
  }

  /** Records a failure and tells it; to be thrown by the caller. */
  public UncheckedIOException failed(IOException failure) {
    record(failure);
    return new UncheckedIOException(failure);
  }

  /** Records a failure and tells it, where nobody could be thrown at. */
  public void record(Throwable failure) {
    synchronized (this) {
      if (cause != null) {
        return;
      }
      cause = failure;
    }
    fatal.accept(failure);
  }

  private synchronized @Nullable Throwable cause() {
    return cause;
  }
}
