package hraftd.raft.sim;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What somebody who watches a simulated cluster does to it.
 *
 * @param at when, in nanoseconds since the simulation's beginning
 * @param when behind the first event from then on that has all these fields; null: at that time
 * @param verb what
 * @param node whom it is done to: a member's id, {@value #LEADER} or {@value #FOLLOWER}; empty
 *     where there is none
 * @param other the other end of a link; empty where there is none
 * @param oneWay true if only what the node sends to the other is meant
 * @param kind of the messages of a link that are meant, as docs/events.md names it; empty: all
 * @param mark of a message; empty where there is none
 * @param nanos for how long, or by how much; -1 where that is not said
 */
record SimCommand(
    long at,
    @Nullable JsonNode when,
    Verb verb,
    String node,
    String other,
    boolean oneWay,
    String kind,
    String mark,
    long nanos) {

  /** Whoever leads in the newest term. */
  static final String LEADER = "leader";

  /** The first voter that does not lead. */
  static final String FOLLOWER = "follower";

  /** What is to be said for a command to be one. */
  private enum Needs {
    NOTHING,
    NODE,
    LINK,
    MESSAGE
  }

  /** What can be done. */
  enum Verb {
    CRASH(Needs.NODE),
    POWER_OFF(Needs.NODE),
    START(Needs.NODE),
    FREEZE(Needs.NODE),
    THAW(Needs.NODE),
    CUT(Needs.LINK),
    MEND(Needs.LINK),
    SLOW(Needs.LINK),
    DROP(Needs.MESSAGE),
    DELAY(Needs.MESSAGE),
    WRITE(Needs.NODE),
    READ(Needs.NODE),
    ADD(Needs.NOTHING),
    REMOVE(Needs.NODE),
    TRANSFER(Needs.NODE),
    SLOW_DISK(Needs.NODE);

    private final Needs needs;

    Verb(Needs needs) {
      this.needs = needs;
    }

    /** True if it takes a time. */
    boolean takesMillis() {
      return this == SLOW || this == DELAY || this == SLOW_DISK;
    }

    /** As scripts have it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** True if this is the event that it waits for. */
  boolean waitsFor(JsonNode event) {
    return when != null
        && when.properties().stream()
            .allMatch(field -> field.getValue().equals(event.path(field.getKey())));
  }

  /** What has to be said and is not; null if nothing is missing. */
  @Nullable String missing() {
    if (verb.needs != Needs.NOTHING && node.isEmpty()) {
      return "a node";
    } else if (verb.needs == Needs.LINK && (other.isEmpty() || other.equals(node))) {
      return "another node";
    } else if (verb.needs == Needs.MESSAGE && mark.isEmpty()) {
      return "the mark of a message";
    }
    return verb.takesMillis() && nanos < 0 ? "millis" : null;
  }
}
