package hraftd.raft.core;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log once when a node starts: for the configurations in it, for its last clock, and
 * whether all of it can be applied. Owned by the Raft thread.
 */
final class LogScan {

  /** How much of the log is in memory at once. */
  private static final long MAX_BYTES = 4 << 20;

  private final RaftLog log;
  private final Configurations configurations;
  private final Function<Entry, @Nullable String> fault;

  /**
   * A scan that has not begun.
   *
   * @param configurations gets those that are found
   * @param fault why an entry could not be applied; null if it can
   */
  LogScan(RaftLog log, Configurations configurations, Function<Entry, @Nullable String> fault) {
    this.log = log;
    this.configurations = configurations;
    this.fault = fault;
  }

  /**
   * Reads from this index on.
   *
   * @param clock that of the entry before
   * @return the last clock
   * @throws UnusableEntryException if the log holds an entry that cannot be applied
   */
  long from(long index, long clock) {
    long last = clock;
    for (long i = Math.max(log.firstIndex(), index); i <= log.lastIndex(); ) {
      for (Entry entry : log.entries(i, log.lastIndex(), MAX_BYTES)) {
        String found = fault.apply(entry);
        if (found != null) {
          throw new UnusableEntryException(entry, found);
        }
        configurations.note(entry);
        last = Math.max(last, entry.clock());
        i = entry.index() + 1;
      }
    }
    return last;
  }
}
