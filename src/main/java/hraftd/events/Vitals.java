package hraftd.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a picture shows besides consensus: how the process and its clients fare. Whoever makes a
 * picture asks, on its thread; nothing blocks or throws.
 */
public interface Vitals {

  /** Nothing is known. */
  Vitals NONE = new Vitals() {};

  /** Looks at what takes longer. Called again and again while somebody reads, by one thread. */
  default void refresh() {}

  /** Moments that have become known since the last picture. */
  default List<TimelineMoment> moments() {
    return List.of();
  }

  /** How the process fares; null if that is not known. */
  default @Nullable Health health() {
    return null;
  }

  /**
   * What its clients do; null if that is not known.
   *
   * @param lastIndex of the log, as the picture has it
   */
  default @Nullable Rates rates(long lastIndex) {
    return null;
  }

  /** What its copy was at some revision; null if that is not known. */
  default @Nullable CopyHash hash() {
    return null;
  }

  /**
   * How a process fares.
   *
   * @param version of the program
   * @param heapUsed in bytes, as the others
   * @param heapMax how much heap there can be
   * @param diskFree where the data are; negative if there is no disk
   * @param fsyncP50 half of the last fsyncs took at most so long, in milliseconds; NaN if there
   *     were none
   * @param fsyncP99 of a hundred but one
   */
  record Health(
      String version,
      long heapUsed,
      long heapMax,
      long diskFree,
      double fsyncP50,
      double fsyncP99) {}

  /**
   * What has happened since the last picture, in a second.
   *
   * @param writes that were answered
   * @param reads linearizable ones that were asked for, answered or not
   * @param stale reads of what there is here
   * @param watchers how many there are
   * @param fsyncs of the log
   * @param entriesPerFsync how many one of them made durable; NaN if there was none
   * @param p50 of the writes' times, in milliseconds; NaN if there was none
   * @param p99 of the same
   * @param errors answers with a status of 500 or more
   */
  record Rates(
      double writes,
      double reads,
      double stale,
      long watchers,
      double fsyncs,
      double entriesPerFsync,
      double p50,
      double p99,
      double errors) {}

  /**
   * What a copy was.
   *
   * @param revision where it was that
   * @param hash of all that it held, for comparing
   * @param comparison which comparison of the copies it is from: others are of other moments
   */
  record CopyHash(long revision, String hash, String comparison) {}
}
