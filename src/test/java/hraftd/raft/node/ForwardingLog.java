package hraftd.raft.node;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.core.RaftLog;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log that leaves everything to another one. */
public class ForwardingLog implements RaftLog {

  private final RaftLog log;

  public ForwardingLog(RaftLog log) {
    this.log = log;
  }

  @Override
  public void sync() {
    log.sync();
  }

  @Override
  public long syncedIndex() {
    return log.syncedIndex();
  }

  @Override
  public long committedAtOpen() {
    return log.committedAtOpen();
  }

  @Override
  public void committed(long index) {
    log.committed(index);
  }

  @Override
  public long firstIndex() {
    return log.firstIndex();
  }

  @Override
  public long lastIndex() {
    return log.lastIndex();
  }

  @Override
  public long term(long index) {
    return log.term(index);
  }

  @Override
  public Entry entry(long index) {
    return log.entry(index);
  }

  @Override
  public @Nullable Entry entryInMemory(long index) {
    return log.entryInMemory(index);
  }

  @Override
  public List<Entry> entries(long from, long to, long maxBytes) {
    return log.entries(from, to, maxBytes);
  }

  @Override
  public void append(List<Entry> entries) {
    log.append(entries);
  }

  @Override
  public void truncateFrom(long index) {
    log.truncateFrom(index);
  }

  @Override
  public void compact(long throughIndex) {
    log.compact(throughIndex);
  }

  @Override
  public void reset(long index, long term) {
    log.reset(index, term);
  }

  @Override
  public long sizeBytes() {
    return log.sizeBytes();
  }

  @Override
  public long sizeBytesThrough(long index) {
    return log.sizeBytesThrough(index);
  }

  @Override
  public boolean nearlyFull() {
    return log.nearlyFull();
  }

  @Override
  public boolean hasRoom(List<Entry> entries) {
    return log.hasRoom(entries);
  }

  @Override
  public boolean hasRoomAnew(List<Entry> entries) {
    return log.hasRoomAnew(entries);
  }

  @Override
  public @Nullable Loss loss() {
    return log.loss();
  }

  @Override
  public void regained() {
    log.regained();
  }

  @Override
  public void close() {
    log.close();
  }
}
