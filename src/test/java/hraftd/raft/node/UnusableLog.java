package hraftd.raft.node;

import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import hraftd.raft.log.LogOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Gives a log what an older version would have let in. */
public final class UnusableLog {

  private UnusableLog() {}

  /**
   * Adds an entry that cannot be applied to the log in this directory, which nobody uses.
   *
   * @return what is to be read of it
   */
  public static String make(Path directory) throws IOException {
    LogOptions options = new LogOptions(1 << 20, 1 << 20, 0, 0);
    try (Stores stores = Stores.open(directory, options, () -> {}, failure -> {})) {
      long term = Math.max(1, stores.terms().term());
      stores.terms().save(term, null);
      RaftLog log = stores.raftLog();
      long index = log.lastIndex() + 1;
      byte[] garbage = {-1, 2, 3};
      log.append(List.of(new Entry(index, term, Entry.Kind.COMMAND, 0, 1, 1, garbage)));
      return "entry " + index + " of term " + term + " cannot be applied";
    }
  }
}
