package hraftd.raft;

import java.util.List;
import java.util.function.Supplier;

/**
 * A message between members, as an observer sees it.
 *
 * @param kind what it is
 * @param from who has sent it
 * @param to whom it is for
 * @param term that it names
 * @param mark made of what the message says: the same at both ends, in members of all versions; its
 *     low bits are as good as random. A message that is said twice has the same mark twice
 * @param details what else it says, made anew each time that it is asked for
 */
public record PeerMessage(
    Kind kind, NodeId from, NodeId to, long term, long mark, Supplier<List<Detail>> details) {

  /** What a message can be; the names are those of docs/events.md. */
  public enum Kind {
    PRE_VOTE("pre_vote"),
    PRE_VOTE_REPLY("pre_vote_reply"),
    VOTE("vote"),
    VOTE_REPLY("vote_reply"),
    APPEND("append"),
    APPEND_REPLY("append_reply"),
    SNAPSHOT("snapshot"),
    SNAPSHOT_REPLY("snapshot_reply"),
    LOST_ENTRIES("lost_entries"),
    TIMEOUT_NOW("timeout_now"),
    READ_INDEX("read_index"),
    READ_INDEX_REPLY("read_index_reply"),
    FORWARD("forward"),
    REFUSED("refused");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Its name in events. */
    public String word() {
      return word;
    }
  }

  /**
   * One thing that a message says.
   *
   * @param name of the field in docs/events.md
   * @param value a Long, a Double, a Boolean or a String
   */
  public record Detail(String name, Object value) {}
}
