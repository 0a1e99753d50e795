package hraftd.raft.sim;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.core.RaftLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A log whose owner decides when a sync ends and what a crash leaves: everything synced, and any
 * part of the rest from its beginning on; and that loses power before any change if that is wanted.
 */
public final class SimLog implements RaftLog {

  private final List<Entry> entries = new ArrayList<>();
  private long bytes;
  private final Consumer<Entry> onAppend;
  private long baseIndex;
  private long baseTerm;
  private long synced;
  private long syncWanted;

  private final int maxEntries;
  private final Runnable onChange;
  private boolean nearlyFull;
  private boolean full;
  private int syncs;
  private @Nullable Loss loss;

  /** The same, to which nothing happens on the way. */
  public SimLog(int maxEntries, Consumer<Entry> onAppend) {
    this(maxEntries, onAppend, () -> {});
  }

  /**
   * An empty log.
   *
   * @param maxEntries how many fit into one message
   * @param onAppend hears of every entry before it is appended
   * @param onChange runs before every change of what will be durable
   */
  public SimLog(int maxEntries, Consumer<Entry> onAppend, Runnable onChange) {
    this.maxEntries = maxEntries;
    this.onAppend = onAppend;
    this.onChange = onChange;
  }

  /** Nothing is known of it after a crash; the real log in the other histories knows something. */
  @Override
  public long committedAtOpen() {
    return 0;
  }

  @Override
  public void committed(long index) {}

  @Override
  public long firstIndex() {
    return baseIndex + 1;
  }

  @Override
  public long lastIndex() {
    return baseIndex + entries.size();
  }

  @Override
  public long term(long index) {
    if (index == baseIndex) {
      return baseTerm;
    }
    return entry(index).term();
  }

  @Override
  public Entry entry(long index) {
    if (index <= baseIndex || index > lastIndex()) {
      throw new IndexOutOfBoundsException(
          index + " is not in " + firstIndex() + ".." + lastIndex());
    }
    return entries.get((int) (index - baseIndex - 1));
  }

  @Override
  public List<Entry> entries(long from, long to, long maxBytes) {
    List<Entry> some = new ArrayList<>();
    for (long i = from; i <= to && some.size() < maxEntries; i++) {
      some.add(entry(i));
    }
    return some;
  }

  @Override
  public void append(List<Entry> more) {
    onChange.run();
    for (Entry e : more) {
      if (e.index() != lastIndex() + 1) {
        throw new IllegalStateException(e.index() + " does not follow " + lastIndex());
      }
      onAppend.accept(e);
      entries.add(e);
      bytes += e.weight();
    }
  }

  private void drop(List<Entry> some) {
    for (Entry entry : some) {
      bytes -= entry.weight();
    }
    some.clear();
  }

  @Override
  public void truncateFrom(long index) {
    onChange.run();
    drop(entries.subList((int) (index - baseIndex - 1), entries.size()));
    synced = Math.min(synced, lastIndex());
  }

  @Override
  public void sync() {
    syncs++;
    syncWanted = lastIndex();
  }

  /** How often an fsync was asked for. */
  public int syncs() {
    return syncs;
  }

  /** True if something waits to be synced. */
  public boolean syncDue() {
    return Math.min(syncWanted, lastIndex()) > synced;
  }

  /** What a sync that starts now will have made durable. */
  public long syncTarget() {
    return lastIndex();
  }

  /** A sync ends; what was truncated since it began does not count. */
  public void synced(long target) {
    synced = Math.max(synced, Math.min(target, lastIndex()));
  }

  /**
   * Power is lost: the first {@code keepUnsynced} entries after the synced ones happen to survive.
   */
  void crash(long keepUnsynced) {
    long last = Math.min(lastIndex(), Math.max(synced, baseIndex) + keepUnsynced);
    drop(entries.subList((int) (last - baseIndex), entries.size()));
    synced = last;
    syncWanted = last;
  }

  /** The disk has lost some entry, and with it all behind; up to where is known or not. */
  void lose(Random random) {
    long last = lastIndex();
    int kept = random.nextInt(entries.size() + 1);
    if (kept < entries.size() || random.nextInt(4) == 0) {
      drop(entries.subList(kept, entries.size()));
      synced = Math.min(synced, lastIndex());
      syncWanted = synced;
      long through = loss == null ? last : Math.max(last, loss.through());
      loss =
          new Loss(lastIndex() + 1, random.nextInt(4) == 0 ? Loss.UNKNOWN : through, "simulated");
    }
  }

  /** What is missing from now on; null: nothing. */
  public void lost(@Nullable Loss now) {
    loss = now;
  }

  @Override
  public @Nullable Loss loss() {
    return loss;
  }

  @Override
  public void regained() {
    onChange.run();
    loss = null;
  }

  long unsynced() {
    return lastIndex() - Math.max(synced, baseIndex);
  }

  @Override
  public long syncedIndex() {
    return Math.max(synced, baseIndex);
  }

  @Override
  public void compact(long throughIndex) {
    onChange.run();
    if (throughIndex > baseIndex) {
      long term = term(throughIndex);
      drop(entries.subList(0, (int) (throughIndex - baseIndex)));
      baseIndex = throughIndex;
      baseTerm = term;
      synced = Math.max(synced, baseIndex);
    }
  }

  @Override
  public void reset(long index, long term) {
    onChange.run();
    drop(entries);
    baseIndex = index;
    baseTerm = term;
    synced = index;
    syncWanted = index;
  }

  @Override
  public long sizeBytes() {
    return bytes;
  }

  @Override
  public boolean nearlyFull() {
    return nearlyFull;
  }

  @Override
  public boolean hasRoom(List<Entry> entries) {
    return !full;
  }

  /** There is no room left at all. */
  public void fill() {
    nearlyFull = true;
    full = true;
  }

  /** There is little room left on the disk, or enough again. */
  public void nearlyFull(boolean now) {
    nearlyFull = now;
  }

  @Override
  public void close() {}
}
