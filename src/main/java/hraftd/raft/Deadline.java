package hraftd.raft;

import java.time.Duration;

/**
 * The moment after which nobody waits for an answer any more. Immutable; measured on this process's
 * monotonic clock, so it means nothing on another machine.
 *
 * @param nanoTime the moment on the scale of {@link System#nanoTime()}
 */
public record Deadline(long nanoTime) {

  /** The deadline that lies {@code timeout} from now. */
  public static Deadline after(Duration timeout) {
    return new Deadline(System.nanoTime() + timeout.toNanos());
  }

  /** What is left; zero when it has passed, never negative. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /** True once it has passed. */
  public boolean expired() {
    return nanoTime - System.nanoTime() <= 0;
  }

  /** The earlier of the two. */
  public Deadline orEarlier(Deadline other) {
    return nanoTime - other.nanoTime <= 0 ? this : other;
  }
}
