package hraftd.events;

/**
 * How much a node tells.
 *
 * @param stateMicros the least time between two pictures of its state, unless something of note
 *     happens
 * @param messages about how many messages are told in a second, sent and received together
 */
public record Pace(long stateMicros, int messages) {

  /** While nobody looks: enough to see later what happened, and some 15 KB a second. */
  public static final Pace QUIET = new Pace(1_000_000, 100);

  /**
   * While somebody looks: as much as an eye can follow. Of three members each link tells more than
   * the page shows one by one; what is told beyond that only takes time from writes.
   */
  public static final Pace WATCHED = new Pace(100_000, 300);

  /** All messages, and a picture at the end of each batch: for a clock that somebody holds. */
  public static final Pace EVERYTHING = new Pace(0, Integer.MAX_VALUE);
}
