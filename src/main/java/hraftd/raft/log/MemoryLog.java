package hraftd.raft.log;

import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import java.util.List;

/** The log of a node that keeps nothing: what is appended counts as durable at once. */
public final class MemoryLog implements RaftLog {
  private final EntryRing ring = new EntryRing();
  private final Runnable done;
  private long firstIndex = 1;
  private long baseTerm;

  /** An empty log; {@code done} runs within each {@link #sync}. */
  public MemoryLog(Runnable done) {
    this.done = done;
  }

  @Override
  public long firstIndex() {
    return firstIndex;
  }

  @Override
  public long lastIndex() {
    return firstIndex + ring.size() - 1;
  }

  @Override
  public long committedAtOpen() {
    return 0;
  }

  @Override
  public void committed(long index) {}

  @Override
  public long term(long index) {
    return index == firstIndex - 1 ? baseTerm : entry(index).term();
  }

  @Override
  public Entry entry(long index) {
    Entry entry = ring.get(index);
    if (entry == null) {
      throw new IndexOutOfBoundsException(
          "no entry " + index + " in " + firstIndex + ".." + lastIndex());
    }
    return entry;
  }

  @Override
  public void append(List<Entry> entries) {
    for (Entry entry : entries) {
      if (entry.index() != lastIndex() + 1) {
        throw new IllegalArgumentException("entry " + entry.index() + " after " + lastIndex());
      }
      ring.add(entry);
    }
  }

  @Override
  public void truncateFrom(long index) {
    if (index < firstIndex) {
      throw new IndexOutOfBoundsException("no entry " + index + ", the first is " + firstIndex);
    }
    ring.truncateFrom(index);
  }

  @Override
  public void sync() {
    done.run();
  }

  @Override
  public long syncedIndex() {
    return lastIndex();
  }

  @Override
  public void compact(long throughIndex) {
    long through = Math.min(throughIndex, lastIndex());
    if (through >= firstIndex) {
      baseTerm = term(through);
      firstIndex = through + 1;
      ring.removeBelow(firstIndex);
    }
  }

  @Override
  public void reset(long index, long term) {
    ring.truncateFrom(firstIndex);
    firstIndex = index + 1;
    baseTerm = term;
  }

  @Override
  public long sizeBytes() {
    return ring.weight();
  }

  @Override
  public boolean nearlyFull() {
    return false;
  }

  @Override
  public void close() {}
}
