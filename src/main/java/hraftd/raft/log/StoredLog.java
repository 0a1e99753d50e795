package hraftd.raft.log;

import hraftd.raft.core.Entry;
import hraftd.raft.core.Loss;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log that no process uses, read from its files without changing them. What counts in them is
 * what counts when a node opens them: it is judged by the same {@link LogJudgement}. One thread
 * uses it.
 */
public final class StoredLog implements Closeable {

  private final LogFindings found;
  private final Segments segments;
  private final SegmentReader reader = new SegmentReader();

  private final @Nullable Loss loss;

  private StoredLog(LogFindings found, @Nullable Loss loss) {
    this.found = found;
    this.loss = loss;
    this.segments = found.segments();
  }

  /**
   * Reads and checks all records of the log in a directory; it may have none.
   *
   * @param cover what the snapshot beside it has, of which the log may lack something
   */
  public static StoredLog open(Disk disk, Path directory, SnapshotCover cover) throws IOException {
    SnapshotCover asked = cover.remembered();
    LogFindings found = new LogJudgement(disk, directory, asked).read();
    try {
      return new StoredLog(found, LogFloor.loss(found, asked));
    } catch (IOException e) {
      found.segments().close();
      throw e;
    }
  }

  /** What the log had once, behind the last entry that is here; null: it is whole. */
  public @Nullable Loss loss() {
    return loss;
  }

  /** What is damaged behind the last entry that is here; null: nothing is now. */
  public @Nullable StoreDamagedException damage() {
    return found.damage();
  }

  /** What is damaged and not needed, as the snapshot holds it. */
  public List<StoreDamagedException> passedOver() {
    return found.passedOver();
  }

  /** The first index that is here; 1 if there is no file at all. */
  public long firstIndex() {
    return segments.firstIndex();
  }

  /** The last index that is here; {@code firstIndex() - 1} if there are no entries. */
  public long lastIndex() {
    return segments.lastIndex();
  }

  /** See {@link hraftd.raft.core.RaftLog#committedAtOpen}. */
  public long committed() {
    return Math.min(found.committed(), lastIndex());
  }

  /** The term of the last entry, or of the one before {@link #firstIndex} if there are none. */
  public long lastTerm() {
    return segments.lastTerm();
  }

  /** See {@link hraftd.raft.core.RaftLog#holds}. */
  public boolean holds(long index, long term) {
    return index >= firstIndex() - 1 && index <= lastIndex() && segments.term(index) == term;
  }

  /**
   * The entry at this index, which is here.
   *
   * @throws IndexOutOfBoundsException if it is not
   */
  public Entry entry(long index) throws IOException {
    return reader.read(segments.holding(index), index);
  }

  /**
   * The torn end of a write that a crash has left, in words: where it is and how long; empty if
   * there is none. The next start puts it away.
   */
  public String tornTail() {
    return found.tornBytes() == 0
        ? ""
        : segments.last().path()
            + ": "
            + found.tornBytes()
            + " bytes at offset "
            + segments.last().end()
            + " are no whole records; the log ends with entry "
            + lastIndex();
  }

  @Override
  public void close() throws IOException {
    segments.close();
  }
}
