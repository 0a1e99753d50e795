package hraftd.raft.core;

import hraftd.raft.Membership;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The newest snapshot of one node, and the one that it may be receiving. Owned by the Raft thread
 * (writing a snapshot of the own state happens elsewhere and ends with {@link #latest} growing).
 *
 * <p>A snapshot's content is opaque here: bytes of a known length with a checksum over all.
 */
public interface SnapshotStore {

  /**
   * What a snapshot is a snapshot of.
   *
   * @param index the last entry that it contains
   * @param term that entry's term
   * @param clock that entry's clock
   * @param membership the configuration as of that entry
   * @param length of the content in bytes
   * @param checksum CRC32C of the content
   */
  record Meta(
      long index, long term, long clock, Membership membership, long length, int checksum) {}

  /** The newest whole snapshot; null if there is none. */
  @Nullable Meta latest();

  /**
   * A piece of the newest snapshot's content.
   *
   * @param offset where it starts
   * @param maxBytes how long it may be; it is shorter only at the end
   * @return null if it is not what was written any more: {@link #isDamaged} is true then
   */
  byte @Nullable [] read(long offset, int maxBytes);

  /** True if the newest snapshot is known to be damaged: another one has to take its place. */
  boolean isDamaged();

  /**
   * Takes a piece of a snapshot that a leader sends.
   *
   * @return the offset wanted next: the piece's end if it fitted, else where this node really is (0
   *     for a snapshot that it has not begun, or cannot receive for now). It equals {@code
   *     meta.length()} when all is there
   */
  long receive(Meta meta, long offset, byte[] piece);

  /** Says whether the content of a received snapshot can be used. */
  @FunctionalInterface
  interface ContentCheck {
    /** True if it can; may read the content only until it returns. */
    boolean isUsable(InputStream content) throws IOException;
  }

  /**
   * Checks the received snapshot against its checksum, has its content checked, makes it durable
   * and makes it {@link #latest}. If it is damaged, cannot be used, or cannot be made durable for
   * now, it is dropped, and false comes back: the leader starts over.
   */
  boolean acceptReceived(Meta meta, ContentCheck check);
}
