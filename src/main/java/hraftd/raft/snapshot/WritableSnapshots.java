package hraftd.raft.snapshot;

import hraftd.raft.Membership;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots of one node together with what is needed to take and to restore them. {@link
 * #write} and {@link #open} may be called from any thread.
 */
public interface WritableSnapshots extends SnapshotStore, AutoCloseable {

  /** Writes a snapshot's content. */
  interface ContentWriter {
    /** Writes all of it; need not buffer, must not close. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Takes a snapshot, durably: {@link #latest} is at least as new when this returns. It stays away
   * from the Raft thread, but for the moment in which the newest one changes. One at a time.
   *
   * @param index the last entry that it contains
   * @param term that entry's term
   * @param clock that entry's clock
   * @param membership the configuration as of that entry
   * @return the newest snapshot now: this one, unless there was one as new already
   * @throws IOException if that failed (also by the writer): all is as before, and it can be tried
   *     again
   */
  Meta write(long index, long term, long clock, Membership membership, ContentWriter content)
      throws IOException;

  /**
   * The content of the newest snapshot, from its beginning. Reading it to the end fails with a
   * {@link hraftd.raft.disk.StoreDamagedException} if it is not what was written.
   *
   * @throws IOException if this is not the newest snapshot any more, or it cannot be read
   */
  InputStream open(Meta meta) throws IOException;

  /**
   * Reads all of the newest snapshot once more; any thread.
   *
   * @param disk to read it through; what is kept in memory is not read
   * @return what is wrong with it, and {@link #isDamaged} is true then; null if nothing is
   * @throws InterruptedIOException if the disk is not to be read any more
   */
  @Nullable String check(Disk disk) throws InterruptedIOException;

  @Override
  void close();
}
