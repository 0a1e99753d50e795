package hraftd.raft;

/**
 * How nodes speak with each other on the Raft port. Each format also stands for all that who speaks
 * it can read: kinds of log entries, memberships, snapshots. What a format does not know is written
 * only while every member speaks a newer one ({@link RaftStatus#commonFormat}), and kept from who
 * does not. In the order of their numbers; a node speaks all that its version has.
 */
public enum WireFormat {

  /** Of hraftd 1.0. */
  V2(2),

  /** Since hraftd 1.1: checksums, a range of formats in the greeting, restores above a revision. */
  V3(3),

  /** Since hraftd 1.2: remembering by age, and tokens. The messages are those of V3. */
  V4(4);

  /** The oldest that this version speaks. */
  public static final WireFormat OLDEST = V2;

  /** The newest that this version speaks. */
  public static final WireFormat NEWEST = V4;

  private final int number;

  WireFormat(int number) {
    this.number = number;
  }

  /** On the wire, and for people. */
  public int number() {
    return number;
  }

  /** True if who speaks this one knows all that the other has. */
  public boolean covers(WireFormat other) {
    return compareTo(other) >= 0;
  }

  /**
   * True if who speaks this one can read entries and states with tokens: while not all members do,
   * {@link hraftd.kv.Command.PutToken} is refused.
   */
  public boolean knowsTokens() {
    return covers(V4);
  }

  /** The older of two: what both know. */
  public WireFormat common(WireFormat other) {
    return covers(other) ? other : this;
  }
}
