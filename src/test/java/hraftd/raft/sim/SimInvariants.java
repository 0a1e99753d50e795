package hraftd.raft.sim;

import hraftd.kv.Outcome;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  private record Proposed(long origin, long sequence) {}

  /** An entry, and how much the fastest clock may have counted when it was appended first. */
  private record Content(long previousTerm, Entry entry, long elapsedMillis) {}

  private record Ballot(NodeId voter, long term) {}

  /** Two clocks that are read in whole milliseconds. */
  private static final long ROUNDING_MILLIS = 2;

  private final Map<Ballot, NodeId> votes = new HashMap<>();
  private final Map<Long, NodeId> leaders = new HashMap<>();
  private final Map<Place, Content> everAppended = new HashMap<>();
  private final Map<Long, Entry> applied = new HashMap<>();

  /** By index: the term of the leader that committed it, which may be later than the entry's. */
  private final Map<Long, Long> committedIn = new HashMap<>();

  private final Map<Long, Long> states = new HashMap<>();
  private final Set<Proposed> proposals = new HashSet<>();

  /** By the names of writes: where they took effect. */
  private final Map<String, Long> effects = new HashMap<>();

  private final Map<String, Outcome> outcomes = new HashMap<>();
  private final Set<String> rejected = new HashSet<>();

  /** The newest committed entry, and the membership as of it. */
  private Place committed = new Place(0, 0);

  private Membership membership = Membership.EMPTY;
  private long highestApplied;

  /**
   * The most by which the store's clock was behind the fastest one, at entries that were applied.
   */
  private long mostBehind;

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
    check(
        Promise.ELECTION_SAFETY,
        node,
        other == null || other.equals(node),
        "two leaders in term %d: %s, %s",
        term,
        other,
        node);
    for (long i = Math.max(log.firstIndex(), 1); i <= highestApplied; i++) {
      Entry committed = applied.get(i);
      if (committed != null && committedIn.getOrDefault(i, term) < term) {
        check(
            Promise.LEADER_COMPLETENESS,
            node,
            log.holds(i, committed.term()),
            "leader completeness: %s leads in term %d without committed entry %d of term %d",
            node,
            term,
            i,
            committed.term());
      }
    }
  }

  /** A node gives one vote in a term (3.4), its own included: else two may have a majority. */
  void votes(NodeId node, long term, NodeId candidate) {
    NodeId other = votes.putIfAbsent(new Ballot(node, term), candidate);
    check(
        Promise.ONE_VOTE,
        node,
        other == null || other.equals(candidate),
        "%s votes for %s and for %s in term %d",
        node,
        other,
        candidate,
        term);
  }

  /**
   * Log matching: an index and a term have one content, and one term before them; and the store's
   * clock is not ahead of the time since all began.
   */
  void appends(NodeId node, Entry entry, long previousTerm, long elapsedMillis) {
    check(
        Promise.TIME_TO_LIVE,
        node,
        entry.clock() <= elapsedMillis,
        "%s appends an entry of %d ms when there were only %d",
        node,
        entry.clock(),
        elapsedMillis);
    Content before =
        everAppended.putIfAbsent(
            new Place(entry.index(), entry.term()),
            new Content(previousTerm, entry, elapsedMillis));
    if (before != null) {
      check(
          Promise.LOG_MATCHING,
          node,
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
   * @param name of the write
   * @param term the node's, of which the first is the leader that has committed it
   */
  void applies(NodeId node, long term, Entry entry, String name) {
    committedIn.putIfAbsent(entry.index(), term);
    Entry before = applied.putIfAbsent(entry.index(), entry);
    check(
        Promise.STATE_MACHINE_SAFETY,
        node,
        before == null || same(before, entry),
        "state machine safety: %s applies another entry at %d",
        node,
        entry.index());
    if (before == null) {
      livesLongEnough(node, entry);
    }
    highestApplied = Math.max(highestApplied, entry.index());
    if (before == null && entry.kind() == Entry.Kind.COMMAND) {
      check(
          Promise.LINEARIZABLE_WRITES,
          node,
          proposals.add(new Proposed(entry.origin(), entry.sequence())),
          "proposal %s was applied twice",
          name);
      check(
          Promise.LINEARIZABLE_WRITES,
          node,
          !rejected.contains(name),
          "rejected write %s was applied",
          name);
      effects.putIfAbsent(name, entry.index());
    }
  }

  /**
   * A time to live never ends early, whoever leads by then: from one entry to any later one the
   * store's clock counts no more than the fastest clock of all did meanwhile.
   */
  private void livesLongEnough(NodeId node, Entry entry) {
    Content appended = everAppended.get(new Place(entry.index(), entry.term()));
    if (appended == null) {
      return; // It came from a disk that lost it since.
    }
    long behind = appended.elapsedMillis - entry.clock();
    check(
        Promise.TIME_TO_LIVE,
        node,
        behind >= mostBehind - ROUNDING_MILLIS,
        "a time to live that began before entry %d ends %d ms early",
        entry.index(),
        mostBehind - behind);
    mostBehind = Math.max(mostBehind, behind);
  }

  /** A node has ended a batch: what it holds to be committed, with the membership as of that. */
  void batchEnds(NodeId node, Raft raft, SnapshotStore.@Nullable Meta snapshot) {
    continues(node, raft.log, snapshot);
    long index = raft.commitIndex();
    if (index > committed.index) {
      committed = new Place(index, raft.log.term(index));
      membership = raft.configurations.at(index);
    }
  }

  /**
   * What leader completeness rests on (3.6.3): the voters that lack the newest committed entry on
   * their disks are never so many that they could elect a leader among themselves. A fault shows
   * here long before that election happens to take place.
   *
   * @param nodes all that may ever vote again
   */
  void outlasts(Collection<SimNode> nodes) {
    long lack = 0;
    for (SimNode n : nodes) {
      if (membership.isVoter(n.id)
          && n.mayVote()
          && !n.hasOnDisk(committed.index, committed.term)) {
        lack++;
      }
    }
    check(
        Promise.OUTLASTS_A_MINORITY,
        null,
        lack == 0 || lack < membership.quorum(),
        "%d voters lack committed entry %d of term %d on their disks and may elect a leader",
        lack,
        committed.index,
        committed.term);
  }

  /** A log goes on from its node's snapshot (5.1). */
  private static void continues(NodeId node, RaftLog log, SnapshotStore.@Nullable Meta snapshot) {
    if (snapshot != null) {
      check(
          Promise.LOG_BEHIND_SNAPSHOT,
          node,
          log.holds(snapshot.index(), snapshot.term()),
          "the log of %s does not go on from its snapshot: %s",
          node,
          snapshot);
    }
  }

  /** An operation begins; the result goes to {@link #wrote} or {@link #read}. */
  long began() {
    return endedPlace;
  }

  /**
   * A write has the same outcome on every node, and if it was tried again, every time: it took
   * effect once.
   */
  void results(NodeId node, String name, Outcome outcome) {
    Outcome before = outcomes.putIfAbsent(name, outcome);
    check(
        Promise.COPIES_AGREE,
        node,
        before == null || before.equals(outcome),
        "on %s the outcome of %s is %s, it was %s",
        node,
        name,
        outcome,
        before);
  }

  /** A write was acknowledged: its place is behind all that had ended when it was first tried. */
  void wrote(NodeId node, long began, String name) {
    long place = place(name);
    check(
        Promise.LINEARIZABLE_WRITES,
        node,
        place > began,
        "a write took effect at %d, but one at %d had ended before",
        place,
        began);
    endedPlace = Math.max(endedPlace, place);
    acknowledged++;
  }

  /**
   * A read was served from the state as of this place: it sees all that had ended when it began.
   */
  void read(NodeId node, long began, long place) {
    check(
        Promise.LINEARIZABLE_READS,
        node,
        place >= began,
        "stale read on %s: it saw %d, %d had ended before",
        node,
        place,
        began);
    endedPlace = Math.max(endedPlace, place);
    readsServed++;
  }

  /** A write that was tried once was reported as certainly not done. */
  void rejected(NodeId node, String name) {
    check(
        Promise.LINEARIZABLE_WRITES,
        node,
        !effects.containsKey(name),
        "write %s was applied, but then reported as rejected",
        name);
    rejected.add(name);
  }

  /** The state after an entry is the same on every node. */
  void state(NodeId node, long index, long hash) {
    Long before = states.putIfAbsent(index, hash);
    check(
        Promise.COPIES_AGREE,
        node,
        before == null || before == hash,
        "%s has another state at %d",
        node,
        index);
  }

  /** The members as of the newest entry that is known to be committed. */
  Membership members() {
    return membership;
  }

  /** Where a write took effect: 0 if it has not. */
  long place(String name) {
    return effects.getOrDefault(name, 0L);
  }

  /**
   * Demands that a promise holds.
   *
   * @param node where it is looked at; null if it is not about one node alone
   */
  static void check(
      Promise promise, @Nullable NodeId node, boolean holds, String message, Object... args) {
    if (!holds) {
      throw new BrokenPromise(promise, node, String.format(message, args));
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
