package hraftd.events;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What belongs into a timeline: the event of that name.
 *
 * @param kind one of those in docs/events.md
 * @param text a sentence for people
 * @param other the other member that it is about; null if it is about none
 * @param term empty where it means nothing, as the others
 * @param index of the log
 * @param millis how long it took
 * @param count how many
 */
public record TimelineMoment(
    String kind,
    String text,
    @Nullable String other,
    OptionalLong term,
    OptionalLong index,
    OptionalLong millis,
    OptionalLong count) {

  /** A moment of which there is no more to say. */
  public static TimelineMoment of(String kind, String text) {
    OptionalLong none = OptionalLong.empty();
    return new TimelineMoment(kind, text, /* other= */ null, none, none, none, none);
  }

  /** The same, about this member. */
  public TimelineMoment about(String member) {
    return new TimelineMoment(kind, text, member, term, index, millis, count);
  }

  /** The same in this term. */
  public TimelineMoment inTerm(long value) {
    return new TimelineMoment(kind, text, other, OptionalLong.of(value), index, millis, count);
  }

  /** The same at this index. */
  public TimelineMoment atIndex(long value) {
    return new TimelineMoment(kind, text, other, term, OptionalLong.of(value), millis, count);
  }

  /** The same, and it took so long. */
  public TimelineMoment taking(long value) {
    return new TimelineMoment(kind, text, other, term, index, OptionalLong.of(value), count);
  }

  /** The same, so many. */
  public TimelineMoment counted(long value) {
    return new TimelineMoment(kind, text, other, term, index, millis, OptionalLong.of(value));
  }
}
