package hraftd.raft.core;

/**
 * What a node's log had once and lacks now, because files were damaged.
 *
 * @param from the first entry that is missing
 * @param through the last entry that it had; {@link #UNKNOWN} if that is not known
 * @param what the damage is, for people
 */
public record Loss(long from, long through, String what) {

  /** No entry has this index: the log may have had any. */
  public static final long UNKNOWN = Long.MAX_VALUE;
}
