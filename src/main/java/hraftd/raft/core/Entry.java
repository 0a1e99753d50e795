package hraftd.raft.core;

/**
 * One entry of the replicated log.
 *
 * @param index its place, from 1
 * @param term the term in which a leader made it
 * @param kind what the data is
 * @param clock the leader's store clock in milliseconds when it made the entry; never less than
 *     that of the entry before
 * @param origin which process proposed it, so that it recognises it when it applies it; 0 for none
 * @param sequence the proposal's number in that process
 * @param data the command's or configuration's bytes; not copied, never changed by anyone
 */
@SuppressWarnings("ArrayRecordComponent") // not copied; never compared
public record Entry(
    long index, long term, Kind kind, long clock, long origin, long sequence, byte[] data) {

  /** What an entry's data is. The order is part of the log's format. */
  public enum Kind {
    /** Nothing: what a new leader writes first. */
    NOOP,
    /** A command of the state machine. */
    COMMAND,
    /** A {@link hraftd.raft.Membership}, effective when appended. */
    MEMBERSHIP
  }

  /** What an entry without data weighs. */
  static final int MIN_WEIGHT = 64;

  /** The same entry with other data: {@link RaftHost#inFormat} says when that is one. */
  public Entry with(byte[] otherData) {
    return new Entry(index, term, kind, clock, origin, sequence, otherData);
  }

  /** About what it takes in memory and on the wire, in bytes; for bounds, not for formats. */
  public int weight() {
    return MIN_WEIGHT + data.length;
  }
}
