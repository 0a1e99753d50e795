package hraftd.kv.state;

import hraftd.kv.Outcome;

/**
 * What a snapshot consists of: after {@link #MAGIC} come blocks in this order, each a byte for its
 * kind, four bytes for its length, so many bytes of content, and four bytes CRC32C of all that.
 * Blocks keep the buffers small on both sides, however large the state.
 *
 * <p>A snapshot holds the visible items in key order, the tokens in the order of their names, what
 * is kept of {@link hraftd.kv.Command.Once} with the oldest first, and what a restore has collected
 * in key order. The index of expiries is not in it: it follows from the items.
 */
enum SnapshotBlock {
  /** The numbers that everything else must agree with. Exactly one. */
  HEADER(1),
  /** Items that readers see. */
  ITEMS(2),
  /** Who may do what. */
  TOKENS(7),
  /** Outcomes by idempotency key. */
  ONCE(3),
  /** What is remembered of older commands, in short. */
  OLDER(6),
  /** Items that a restore has collected. */
  STAGED(4),
  /** Nothing: the snapshot is whole. Exactly one. */
  END(5);

  /** The first bytes; the version of the format follows. */
  static final byte[] MAGIC = {'h', 'r', 'a', 'f', 't', 'd', 'K'};

  /** That of 1.0, still written while the state holds nothing that 1.0 does not know. */
  static final int FIRST_VERSION = 1;

  /** Its header goes on with the hash of the contents and the newest comparison of the copies. */
  static final int COMPARED_VERSION = 2;

  /** What is remembered by age is in it, or there are tokens; its comparison may be none. */
  static final int THIRD_VERSION = 3;

  /** A block is written when it has grown to this: large enough to make the frame's cost small. */
  static final int FULL_BYTES = 64 * 1024;

  /** The longest content: a nearly full block and the longest record, which is a kept outcome. */
  static final int MAX_BYTES = FULL_BYTES + Outcome.TxnDone.MAX_BYTES + 64 * 1024;

  /** Kind and length. */
  static final int FRAME_BYTES = 1 + Integer.BYTES;

  /** How the block is marked in the format. */
  final byte code;

  SnapshotBlock(int code) {
    this.code = (byte) code;
  }

  /**
   * The kind with this code.
   *
   * @throws IllegalArgumentException if there is none
   */
  static SnapshotBlock of(byte code) {
    for (SnapshotBlock kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new IllegalArgumentException("unknown block " + code);
  }
}
