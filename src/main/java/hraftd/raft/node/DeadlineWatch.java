package hraftd.raft.node;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Looks at the deadlines of what is in flight, again and again on a thread of its own, as the Raft
 * thread may be waiting for a disk. While nothing is in flight the thread rests.
 */
final class DeadlineWatch implements AutoCloseable {

  /** How often it looks: how late a request may end. */
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private final BooleanSupplier nothingInFlight;
  private final Runnable look;
  private final Thread thread = new Thread(this::run, "raft-deadlines");

  /** True from before it looks whether it may rest, until it looks at deadlines again. */
  private volatile boolean resting;

  private volatile boolean closed;

  /** Watches what {@code look} looks at, which must not throw, once it is started. */
  DeadlineWatch(BooleanSupplier nothingInFlight, Runnable look) {
    this.nothingInFlight = nothingInFlight;
    this.look = look;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Something is in flight by now. Any thread; cheap. */
  void wake() {
    if (resting) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!closed) {
      resting = true;
      while (nothingInFlight.getAsBoolean() && !closed) {
        LockSupport.park(this);
      }
      resting = false;
      look.run();
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  /** Ends it; does not wait. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
