package hraftd.raft.log;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The threads of a {@link DurableLog}: one that forces, and one that keeps house (creates the next
 * segment, deletes old ones, looks at the free space), because what it does may take long.
 */
public interface LogThreads extends AutoCloseable {

  /** How often the housekeeper looks around: a full disk is noticed within this time. */
  Duration TICK = Duration.ofMillis(200);

  /** Where fsyncs run. */
  Executor syncer();

  /** Where housekeeping runs, in the order in which it was asked for. */
  Executor keeper();

  /** Runs the task on the housekeeper's thread every {@link #TICK}; it must not throw. */
  void everyTick(Runnable task);

  /** Lets both finish what was asked for, and waits for them. */
  @Override
  void close();
}
