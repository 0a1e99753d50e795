package hraftd.raft.sim;

import hraftd.raft.NodeId;
import java.util.Map;

/**
 * Something that belongs into the timeline of a run: a {@code moment} of docs/events.md.
 *
 * @param node whom it happens to
 * @param kind what it is, as docs/events.md has it
 * @param text a sentence for people
 * @param details what else is told: names of fields, and a Long or a String for each
 */
record SimMoment(NodeId node, String kind, String text, Map<String, Object> details) {

  /** Of which nothing else is told. */
  SimMoment(NodeId node, String kind, String text) {
    this(node, kind, text, Map.of());
  }
}
