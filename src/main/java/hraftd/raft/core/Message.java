package hraftd.raft.core;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.util.List;

/**
 * What Raft nodes say to each other. A message may be lost, delayed, repeated or overtaken: Raft
 * bears all of it. Numbers in brackets are sections of Ongaro's dissertation.
 */
public sealed interface Message {

  /** No term is greater: the next one always fits, and a cluster never gets there by itself. */
  long MAX_TERM = 1L << 62;

  /** No index, round or sequence is greater. */
  long MAX_INDEX = 1L << 62;

  /** No clock is later, in milliseconds: 142,000 years; what is added to it still fits. */
  long MAX_CLOCK = 1L << 52;

  /** Who sends it. */
  NodeId from();

  /** Whom it is for; another node that gets it (an address was used again) drops it. */
  NodeId to();

  /** The sender's term, but see {@link PreVote}. */
  long term();

  /**
   * True for what a node may say that is not, or not yet, a member of the newest configuration that
   * its listener knows: it asks for votes, and answers a leader.
   */
  default boolean mayBeAStrangers() {
    return this instanceof PreVote
        || this instanceof Vote
        || this instanceof AppendReply
        || this instanceof SnapshotReply;
  }

  /** True for what only the leader of its term says: whoever hears it hears that leader. */
  default boolean isLeaders() {
    return this instanceof Append || this instanceof SnapshotPiece || this instanceof LostEntries;
  }

  /**
   * Would you vote for me? (9.6) Changes nothing at either end.
   *
   * @param term the sender's current term; it would campaign in the next one
   * @param lastIndex of the sender's log
   * @param lastTerm the term of that entry
   * @param membershipIndex the index of the configuration that the sender believes in
   */
  record PreVote(
      NodeId from, NodeId to, long term, long lastIndex, long lastTerm, long membershipIndex)
      implements Message {}

  /**
   * The answer to {@link PreVote}.
   *
   * @param inTerm the asker's term that it answers
   * @param granted yes
   * @param removed a newer committed configuration does not contain the asker
   */
  record PreVoteReply(
      NodeId from, NodeId to, long term, long inTerm, boolean granted, boolean removed)
      implements Message {}

  /**
   * Vote for me (3.4).
   *
   * @param transfer the leader itself asked for this election (3.10): do not shield it
   */
  record Vote(NodeId from, NodeId to, long term, long lastIndex, long lastTerm, boolean transfer)
      implements Message {}

  /** The answer to {@link Vote}; sent when the vote is on disk. */
  record VoteReply(NodeId from, NodeId to, long term, boolean granted) implements Message {}

  /**
   * AppendEntries (3.5), also the heartbeat and the read index's round (6.4).
   *
   * @param prevIndex the entries follow this one
   * @param prevTerm its term
   * @param commitIndex the leader's
   * @param clock the leader's store clock in milliseconds
   * @param round the newest round the leader has begun: an answer confirms it and all before
   * @param entries may be empty
   * @param commonFormat what all members understand, as far as the leader knows
   */
  record Append(
      NodeId from,
      NodeId to,
      long term,
      long prevIndex,
      long prevTerm,
      long commitIndex,
      long clock,
      long round,
      List<Entry> entries,
      WireFormat commonFormat)
      implements Message {

    /** Of a leader that does not know of any newer format. */
    public Append(
        NodeId from,
        NodeId to,
        long term,
        long prevIndex,
        long prevTerm,
        long commitIndex,
        long clock,
        long round,
        List<Entry> entries) {
      this(
          from,
          to,
          term,
          prevIndex,
          prevTerm,
          commitIndex,
          clock,
          round,
          entries,
          WireFormat.OLDEST);
    }

    /** The most bytes of entries ({@link Entry#weight}) behind the first one: a heartbeat waits. */
    static final int MAX_BYTES = 512 << 10;

    /** As many as fit, and the first one. */
    public static final int MAX_ENTRIES = MAX_BYTES / Entry.MIN_WEIGHT + 1;
  }

  /**
   * The answer to {@link Append}.
   *
   * @param matched the previous entry was there
   * @param index if matched: the last index that is verified against this leader in this term and
   *     on this node's disk; else where the leader should try next
   * @param round of the request
   * @param memoryFull the sender has no heap left for a state that grows
   * @param diskFull its disk is nearly full
   * @param syncMicros how long its fsyncs take, 0 if it has made none lately; or {@link #UNKNOWN}
   */
  record AppendReply(
      NodeId from,
      NodeId to,
      long term,
      boolean matched,
      long index,
      long round,
      boolean memoryFull,
      boolean diskFull,
      long syncMicros)
      implements Message {

    /** {@link #syncMicros} of a node that says nothing of its disk. */
    public static final long UNKNOWN = -1;

    /** Of a node that says nothing of its disk. */
    public AppendReply(
        NodeId from,
        NodeId to,
        long term,
        boolean matched,
        long index,
        long round,
        boolean memoryFull) {
      this(from, to, term, matched, index, round, memoryFull, /* diskFull= */ false, UNKNOWN);
    }

    /** The same of one that has heap enough. */
    public AppendReply(NodeId from, NodeId to, long term, boolean matched, long index, long round) {
      this(from, to, term, matched, index, round, /* memoryFull= */ false);
    }
  }

  /**
   * A piece of a snapshot (5.3).
   *
   * @param meta which snapshot
   * @param offset of the piece in its content
   */
  @SuppressWarnings("ArrayRecordComponent") // not copied; never compared
  record SnapshotPiece(
      NodeId from,
      NodeId to,
      long term,
      SnapshotStore.Meta meta,
      long offset,
      long round,
      byte[] piece)
      implements Message {

    /** The longest piece: a heartbeat waits for it. */
    public static final int MAX_BYTES = 512 << 10;
  }

  /**
   * The answer to {@link SnapshotPiece}.
   *
   * @param index of the snapshot
   * @param wanted the offset that the follower wants next; -1: it has the snapshot, or needs none
   */
  record SnapshotReply(NodeId from, NodeId to, long term, long index, long wanted, long round)
      implements Message {}

  /**
   * The leader has the follower's word, from this very term, for an entry that the follower does
   * not have any more: it has to stop, unless it knows of its loss.
   *
   * @param index the last entry that the follower has acknowledged
   * @param indexTerm the term of that entry
   * @param round no other message has this one; the answer is the rejection of an {@link Append}
   */
  record LostEntries(NodeId from, NodeId to, long term, long index, long indexTerm, long round)
      implements Message {}

  /** Campaign at once, without a pre-vote (3.10). */
  record TimeoutNow(NodeId from, NodeId to, long term) implements Message {}

  /**
   * A follower asks for a read index (6.4).
   *
   * @param request its number, to recognise the answer
   */
  record ReadIndex(NodeId from, NodeId to, long term, long request) implements Message {}

  /**
   * The answer to {@link ReadIndex}: reads that came in before the request may be served once this
   * index is applied.
   */
  record ReadIndexReply(NodeId from, NodeId to, long term, long request, long index)
      implements Message {}

  /**
   * Proposals of a node that is not the leader. The leader takes each at most once, and only in the
   * term that the message names; there is no answer but the log, or {@link Refused}.
   *
   * @param origin the proposing process
   * @param floor every sequence of this origin below this one has its answer: forget it
   */
  record Forward(
      NodeId from, NodeId to, long term, long origin, long floor, List<Proposal> proposals)
      implements Message {

    /** The most bytes of data before the last one: others wait for them. */
    static final int MAX_BYTES = 512 << 10;

    /** The most proposals: as many as come to a node while the one before is on its way, or so. */
    public static final int MAX_PROPOSALS = 8192;
  }

  /**
   * A proposal on its way to the log.
   *
   * @param sequence its number in the proposing process
   * @param grows whether it needs disk space that is kept in reserve when the disk is nearly full
   * @param data the command's bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // not copied; never compared
  record Proposal(long sequence, boolean grows, byte[] data) {}

  /**
   * The leader of this term did not and will not take this proposal.
   *
   * @param origin the process whose proposal it was: the one that runs now may have begun to count
   *     anew in the same term
   */
  record Refused(NodeId from, NodeId to, long term, long origin, long sequence, Reason reason)
      implements Message {}

  /** Why a leader refuses a proposal. The order is part of the format. */
  enum Reason {
    DISK_FULL,
    OVERLOADED,
    /** The leader cannot read the command: perhaps its version is older. */
    UNKNOWN_COMMAND,
    MEMORY_FULL
  }
}
