package hraftd.raft.sim;

import java.util.Locale;

/**
 * What Raft promises, and where Ongaro's dissertation says so: figure 3.2 has the first five. The
 * name in lower case is the one of a {@code promise} in docs/events.md.
 */
enum Promise {
  ELECTION_SAFETY("3.4", "at most one leader is elected in a term"),
  LOG_MATCHING(
      "3.5", "two logs that have an entry of the same index and term have the same up to it"),
  LEADER_COMPLETENESS("3.6.3", "what is committed is in the log of every later leader"),
  STATE_MACHINE_SAFETY("3.6.3", "no two members apply different entries at the same index"),
  COPIES_AGREE("3.6.3", "the copies are the same as of the same entry"),
  ONE_VOTE("3.4", "a member gives one vote in a term"),
  OUTLASTS_A_MINORITY(
      "3.6.3",
      "what is committed is on the disks of so many that one of them is in every majority"),
  LOG_BEHIND_SNAPSHOT("5.1", "a log goes on from its member's snapshot"),
  LINEARIZABLE_WRITES("6.3", "a write takes effect once, between its beginning and its end"),
  LINEARIZABLE_READS("6.4", "a read sees all that had ended when it began"),
  TIME_TO_LIVE("6.3", "the store's clock never runs faster than real time"),
  TRUE_MESSAGES("3.3", "what members say to each other can be true"),
  NOTHING_IS_LOST(
      "3.8",
      "what a member has given its word for, and what it knows to be committed, is never lost"),
  GOES_ON("3.9", "a majority that is connected elects a leader, keeps it and serves");

  private final String section;
  private final String sentence;

  Promise(String section, String sentence) {
    this.section = section;
    this.sentence = sentence;
  }

  /** As events name it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The section of the dissertation. */
  String section() {
    return section;
  }

  /** What is promised. */
  String sentence() {
    return sentence;
  }
}
