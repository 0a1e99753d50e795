package hraftd.raft.node;

import hraftd.raft.Membership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Makes the files with which one member goes on alone, from all that its old ones hold. Stateless.
 *
 * <p>They are a snapshot of the whole state at the last entry, whose configuration is this member,
 * and an empty log behind it, under a higher term. So no entry of the old log is left: whatever its
 * configurations were, committed or not, with or without this member, none of them is in force,
 * comes back by truncation, or retires this node when it is passed. A snapshot counts as committed:
 * that is what a recovery decides, once and for all entries.
 */
public final class LoneMember {

  private LoneMember() {}

  /**
   * Writes them, durably before it returns.
   *
   * @param directory where nothing is yet
   * @param held what the old files hold
   * @param alone the configuration with the one member
   * @throws IOException if that fails, mostly because the disk is full; what was written is of no
   *     use then
   */
  public static void write(Path directory, StoredState held, Membership alone) throws IOException {
    try (Stores stores = Stores.open(directory, RaftEngine.SMALL, () -> {}, failure -> {})) {
      LogEnd end = held.end();
      long term = held.term() == null ? end.term() : held.term().term();
      if (end.index() > 0) {
        stores
            .snapshots()
            .write(end.index(), end.term(), end.clock(), alone, held.state().freeze()::writeTo);
        stores.raftLog().reset(end.index(), end.term());
      }
      stores.terms().save(Math.max(term, end.term()) + 1, null);
    } catch (UncheckedIOException e) {
      throw new IOException("cannot write to " + directory, e);
    }
  }
}
