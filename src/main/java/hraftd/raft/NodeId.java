package hraftd.raft;

/**
 * Who a node is in the Raft group: the member's id as users see it, and the incarnation of its data
 * directory. A wiped directory gets a new incarnation and so is another node, which may not vote
 * with the identity of the old one (it has forgotten what that one promised).
 *
 * @param id the member's id, 1 to 128 characters
 * @param incarnation random, made once with the data directory
 */
public record NodeId(String id, long incarnation) implements Comparable<NodeId> {

  /** Orders by id, then by incarnation. */
  @Override
  public int compareTo(NodeId other) {
    int byId = id.compareTo(other.id);
    return byId != 0 ? byId : Long.compareUnsigned(incarnation, other.incarnation);
  }

  /** {@code id@incarnation}, for logs. */
  @Override
  public String toString() {
    return id + "@" + Long.toHexString(incarnation);
  }
}
