package hraftd.raft.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one node, in order and without gaps, from {@link #firstIndex} to {@link
 * #lastIndex}. Owned by the Raft thread: no method may be called from another one, but for what
 * {@link #sync} does behind.
 *
 * <p>An appended entry is readable at once and durable once {@link #syncedIndex} has reached it.
 * Failures to write or to sync are final: they are thrown as {@link java.io.UncheckedIOException}
 * and the node stops.
 */
public interface RaftLog extends AutoCloseable {

  /** The first index that is here; {@code snapshot index + 1} at the earliest, 1 in a new log. */
  long firstIndex();

  /** The last index that is here; {@code firstIndex() - 1} if the log is empty. */
  long lastIndex();

  /**
   * An index up to which all was known to be committed when the log was last written, at most
   * {@link #lastIndex}; 0 if nothing is known. More may have been.
   */
  long committedAtOpen();

  /**
   * This entry and all before it are committed. Kept with what is written next, or soon; a crash
   * may forget it.
   */
  void committed(long index);

  /**
   * The term of the entry at this index. Also known for {@code firstIndex() - 1}.
   *
   * @throws IndexOutOfBoundsException below {@code firstIndex() - 1} or above {@code lastIndex()}
   */
  long term(long index);

  /**
   * True if an entry of this index and term is here, or was the last one before {@code
   * firstIndex()}: what follows it here follows it in every log that has it (3.5).
   */
  default boolean holds(long index, long term) {
    return index >= firstIndex() - 1 && index <= lastIndex() && term(index) == term;
  }

  /**
   * The entry at this index.
   *
   * @throws IndexOutOfBoundsException outside of {@code firstIndex()..lastIndex()}
   */
  Entry entry(long index);

  /**
   * The entry at this index if that needs no reading; null if it has to be read from a disk first,
   * or is not here at all.
   */
  default @Nullable Entry entryInMemory(long index) {
    return index >= firstIndex() && index <= lastIndex() ? entry(index) : null;
  }

  /**
   * Consecutive entries from an index on: at least one, then as many as fit.
   *
   * @param from the first one's index
   * @param to the last index wanted, at most {@code lastIndex()}
   * @param maxBytes bound on the sum of their {@link Entry#weight}, the first one apart
   */
  default List<Entry> entries(long from, long to, long maxBytes) {
    if (to > lastIndex()) {
      throw new IndexOutOfBoundsException("no entry " + to + ", the last is " + lastIndex());
    }
    List<Entry> entries = new ArrayList<>();
    entries.add(entry(from));
    long bytes = 0;
    for (long index = from + 1; index <= to; index++) {
      Entry entry = entry(index);
      bytes += entry.weight();
      if (bytes > maxBytes) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  /** Appends; the first one's index is {@code lastIndex() + 1}. Written, but not yet durable. */
  void append(List<Entry> entries);

  /**
   * Removes this entry and all after it, durably before it returns.
   *
   * @param index above {@code firstIndex() - 1}
   */
  void truncateFrom(long index);

  /**
   * Asks for all that was appended to become durable. Does not block: one fsync serves all that was
   * written before it started, and {@code done} given to the constructor or opener of the log runs
   * (on any thread) whenever {@link #syncedIndex} may have grown.
   */
  void sync();

  /** The last index known to be durable; never above {@code lastIndex()}. */
  long syncedIndex();

  /**
   * Forgets the entries up to and with this index: a snapshot has them. May keep some longer, where
   * only whole files can go.
   */
  void compact(long throughIndex);

  /**
   * Drops everything and goes on behind a snapshot that was installed: empty, durably, with {@code
   * firstIndex() == index + 1}.
   *
   * @param index the snapshot's last index
   * @param term the term of the entry there
   */
  void reset(long index, long term);

  /** Bytes that the entries take on disk (in memory, where there is no disk). */
  long sizeBytes();

  /**
   * How many of {@link #sizeBytes} are the entries' up to and with this index, which may be gone.
   */
  default long sizeBytesThrough(long index) {
    long bytes = 0;
    for (long i = firstIndex(); i <= Math.min(index, lastIndex()); i++) {
      bytes += entry(i).weight();
    }
    return bytes;
  }

  /**
   * True while free space is below the reserve: the leader refuses commands that grow the state.
   */
  boolean nearlyFull();

  /**
   * False if the disk is so full that appending these would fail, which is final. May make room, so
   * that the answer holds for the next change of the log.
   */
  default boolean hasRoom(List<Entry> entries) {
    return true;
  }

  /** The same for {@link #truncateFrom} or {@link #reset}, and then appending these. */
  default boolean hasRoomAnew(List<Entry> entries) {
    return true;
  }

  /** What this log had once and lacks now; null if nothing is missing. */
  default @Nullable Loss loss() {
    return null;
  }

  /** What was lost is here again, durably, as far as it counts: {@link #loss} becomes null. */
  default void regained() {}

  /** Makes everything durable and closes. */
  @Override
  void close();
}
