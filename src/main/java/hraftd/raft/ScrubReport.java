package hraftd.raft;

import java.util.List;

/**
 * What reading the files of a node over and over has found since it started.
 *
 * @param rounds how often all of them were read
 * @param damages how much was found that is not as it was written
 * @param warnings what was found last, for people, the oldest first
 */
public record ScrubReport(long rounds, long damages, List<String> warnings) {

  /** Nothing was read, and nothing found. */
  public static final ScrubReport NONE = new ScrubReport(0, 0, List.of());
}
