package hraftd.raft;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The properties of figure 3.2 of the dissertation, checked at every step of a simulation, and
 * linearizability of what clients saw.
 *
 * <p>The log is a total order, so linearizability needs no search: a write's place is its index, a
 * read's the index that was applied when it was served; no operation may have a place before that
 * of one that had ended before it began.
 */
final class SimInvariants {

  private record Place(long index, long term) {}

  private record Content(long previousTerm, Entry entry) {}

  private final Map<Long, NodeId> leaders = new HashMap<>();
  private final Map<Place, Content> everAppended = new HashMap<>();
  private final Map<Long, Entry> applied = new HashMap<>();

  /** By index: the term of the leader that committed it, which may be later than the entry's. */
  private final Map<Long, Long> committedIn = new HashMap<>();

  private final Map<Long, Long> states = new HashMap<>();
  private final Set<String> proposals = new HashSet<>();
  private final Set<String> rejected = new HashSet<>();
  private long highestApplied;

  /** The highest place of any operation that has ended, by the time it ended: only the newest. */
  private long endedPlace;

  long acknowledged;
  long readsServed;

  /**
   * Election safety: at most one leader in a term; and leader completeness: whoever leads has all
   * that was committed in an earlier term. One whose last vote was long on its way may lack what a
   * leader of a later term has committed meanwhile.
   */
  void leads(NodeId node, long term, RaftLog log) {
    NodeId other = leaders.putIfAbsent(term, node);
    check(other == null || other.equals(node), "two leaders in term %d: %s, %s", term, other, node);
    for (long i = Math.max(log.firstIndex(), 1); i <= highestApplied; i++) {
      Entry committed = applied.get(i);
      if (committed != null && committedIn.getOrDefault(i, term) < term) {
        check(
            i <= log.lastIndex() && log.term(i) == committed.term(),
            "leader completeness: %s leads in term %d without committed entry %d of term %d",
            node,
            term,
            i,
            committed.term());
      }
    }
  }

  /** Log matching: an index and a term have one content, and one term before them. */
  void appends(NodeId node, Entry entry, long previousTerm) {
    Content before =
        everAppended.putIfAbsent(
            new Place(entry.index(), entry.term()), new Content(previousTerm, entry));
    if (before != null) {
      check(
          before.previousTerm == previousTerm && same(before.entry, entry),
          "log matching: %s has another entry at %d of term %d",
          node,
          entry.index(),
          entry.term());
    }
  }

  /**
   * State machine safety: an index has one entry, on whichever node it is applied.
   *
   * @param term the node's, of which the first is the leader that has committed it
   */
  void applies(NodeId node, long term, Entry entry) {
    committedIn.putIfAbsent(entry.index(), term);
    Entry before = applied.putIfAbsent(entry.index(), entry);
    check(
        before == null || same(before, entry),
        "state machine safety: %s applies another entry at %d",
        node,
        entry.index());
    highestApplied = Math.max(highestApplied, entry.index());
    if (before == null && entry.kind() == Entry.Kind.COMMAND) {
      String data = new String(entry.data(), StandardCharsets.US_ASCII);
      check(proposals.add(data), "proposal %s was applied twice", data);
      check(!rejected.contains(data), "rejected proposal %s was applied", data);
    }
  }

  /** An operation begins; the result goes to {@link #wrote} or {@link #read}. */
  long began() {
    return endedPlace;
  }

  /** A write was acknowledged: its place is behind all that had ended when it began. */
  void wrote(long began, long place) {
    check(place > began, "a write took effect at %d, but one at %d had ended before", place, began);
    endedPlace = Math.max(endedPlace, place);
    acknowledged++;
  }

  /**
   * A read was served from the state as of this place: it sees all that had ended when it began.
   */
  void read(NodeId node, long began, long place) {
    check(place >= began, "stale read on %s: it saw %d, %d had ended before", node, place, began);
    endedPlace = Math.max(endedPlace, place);
    readsServed++;
  }

  /** A proposal was reported as certainly not done. */
  void rejected(String data) {
    check(
        !proposals.contains(data), "proposal %s was applied, but then reported as rejected", data);
    rejected.add(data);
  }

  /** The state after an entry is the same on every node. */
  void state(NodeId node, long index, long hash) {
    Long before = states.putIfAbsent(index, hash);
    check(before == null || before == hash, "%s has another state at %d", node, index);
  }

  static void check(boolean holds, String message, Object... args) {
    if (!holds) {
      throw new AssertionError(String.format(message, args));
    }
  }

  private static boolean same(Entry a, Entry b) {
    return a.term() == b.term()
        && a.kind() == b.kind()
        && a.origin() == b.origin()
        && a.sequence() == b.sequence()
        && a.clock() == b.clock()
        && Arrays.equals(a.data(), b.data());
  }
}
