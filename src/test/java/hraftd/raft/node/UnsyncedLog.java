package hraftd.raft.node;

import hraftd.raft.core.RaftLog;

/** A log that calls durable what it has only written: a deliberate fault. */
final class UnsyncedLog extends ForwardingLog {

  UnsyncedLog(RaftLog log) {
    super(log);
  }

  @Override
  public void sync() {}

  @Override
  public long syncedIndex() {
    return lastIndex();
  }
}
