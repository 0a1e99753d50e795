package hraftd.jgroups.danger;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.util.Runner;

/** A stock RAFT whose runner is the test: its queue is worked off when the test says so. */
final class StockRaft extends RAFT {

  StockRaft(String id, List<String> members, Path directory) {
    setId(RAFT_ID);
    raftId(id);
    members(members);
    logDir(directory.toString());
  }

  @Override
  public void init() throws Exception {
    super.init();
    runner =
        new Runner("none", () -> {}, null) {
          @Override
          public synchronized Runner start() {
            return this;
          }
        };
  }

  /** What the runner does with all that is in the queue; true if there was anything. */
  boolean runQueue() {
    List<Request> batch = new ArrayList<>();
    processing_queue.drainTo(batch);
    if (batch.isEmpty()) {
      return false;
    }
    try {
      process(batch);
    } catch (RuntimeException | Error swallowed) {
      // As the runner does.
    }
    return true;
  }

  /** One turn of the real loop: waits for requests up to the resend interval. */
  void turn() {
    processQueue();
  }
}
