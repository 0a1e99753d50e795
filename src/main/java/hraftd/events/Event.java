package hraftd.events;

/**
 * One event of docs/events.md, ready to be sent.
 *
 * @param name what its field {@code event} says
 * @param node who tells it
 * @param n its number
 * @param atMicros when, in microseconds on that member's clock
 * @param json one object in UTF-8 without a line break; not copied, never changed
 */
@SuppressWarnings("ArrayRecordComponent") // not copied; never compared
public record Event(String name, String node, long n, long atMicros, byte[] json) {

  /** The form of docs/events.md, as a {@link #RUN} names it. */
  public static final int FORMAT = 1;

  /** The first of a stream: of what run the others are. */
  public static final String RUN = "run";

  /** A picture of a member. */
  public static final String STATE = "state";

  /** What belongs into a timeline. */
  public static final String MOMENT = "moment";

  /** A message that leaves. */
  public static final String MESSAGE = "msg";

  /** A message that arrives. */
  public static final String RECEIVED = "recv";

  /** Messages that are not told. */
  public static final String LOST = "lost";

  /** The last of a run. */
  public static final String END = "end";
}
