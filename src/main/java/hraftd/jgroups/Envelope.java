package hraftd.jgroups;

import java.nio.ByteBuffer;

/**
 * A command on its way through the library's log, with what the library does not tell those that
 * apply it.
 *
 * @param origin the process that proposed it
 * @param sequence its number there: both together tell that process whose answer this is
 * @param term the term in which the proposer led; 0 if it did not
 * @param clockMillis the proposer's clock when it handed the command over
 * @param command {@link hraftd.kv.codec.CommandCodec}'s bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // not copied; never compared
record Envelope(long origin, long sequence, long term, long clockMillis, byte[] command) {

  private static final byte FORMAT = 1;
  private static final int HEADER_BYTES = 1 + 4 * Long.BYTES;

  /** The bytes of the log's entry: the format, the four numbers, the command. */
  byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + command.length)
        .put(FORMAT)
        .putLong(origin)
        .putLong(sequence)
        .putLong(term)
        .putLong(clockMillis)
        .put(command)
        .array();
  }

  /**
   * What {@link #encode} made.
   *
   * @throws IllegalArgumentException if it is of another format
   */
  static Envelope decode(byte[] data, int offset, int length) {
    ByteBuffer in = ByteBuffer.wrap(data, offset, length);
    if (length < HEADER_BYTES || in.get() != FORMAT) {
      throw new IllegalArgumentException("an entry of a format that is not known");
    }
    long origin = in.getLong();
    long sequence = in.getLong();
    long term = in.getLong();
    long clock = in.getLong();
    byte[] command = new byte[in.remaining()];
    in.get(command);
    return new Envelope(origin, sequence, term, clock, command);
  }
}
