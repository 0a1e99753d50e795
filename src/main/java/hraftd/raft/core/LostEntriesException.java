package hraftd.raft.core;

/**
 * This node has acknowledged entries that it does not have any more, as its leader knows: an older
 * copy of its directory was put back, or its disk has lost what it had confirmed. With it a
 * majority could elect a leader that lacks what is committed, so it must take part in nothing.
 */
public final class LostEntriesException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  LostEntriesException(String leader, long acknowledged, long last) {
    super(
        "leader "
            + leader
            + " has this node's word for entry "
            + acknowledged
            + ", and the log here ends with entry "
            + last
            + ". Was an older copy of the data directory put back? Remove this node from the"
            + " cluster, empty its directory, and let it join anew");
  }
}
