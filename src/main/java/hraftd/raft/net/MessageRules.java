package hraftd.raft.net;

import hraftd.raft.Membership;
import hraftd.raft.core.Entry;
import hraftd.raft.core.MembershipCodec;
import hraftd.raft.core.Message;
import hraftd.raft.core.Message.Append;
import hraftd.raft.core.Message.AppendReply;
import hraftd.raft.core.Message.Forward;
import hraftd.raft.core.Message.LostEntries;
import hraftd.raft.core.Message.PreVote;
import hraftd.raft.core.Message.PreVoteReply;
import hraftd.raft.core.Message.Proposal;
import hraftd.raft.core.Message.ReadIndexReply;
import hraftd.raft.core.Message.Refused;
import hraftd.raft.core.Message.SnapshotPiece;
import hraftd.raft.core.Message.SnapshotReply;
import hraftd.raft.core.Message.Vote;
import hraftd.raft.core.SnapshotStore;

/**
 * What holds for every message that a node of this version sends, whatever has happened in its
 * cluster: a message that breaks one of these rules never reaches the Raft thread. What a message
 * means for this node, and whether that can be, is for {@link hraftd.raft.core.Raft} to say.
 * Stateless, for any thread.
 */
final class MessageRules {

  /** A disk that takes a year has failed. */
  private static final long MAX_SYNC_MICROS = 1L << 45;

  private MessageRules() {}

  /**
   * Checks a message.
   *
   * @throws IllegalArgumentException if no node sends such a message
   */
  static void check(Message message) {
    within(message.term(), 0, Message.MAX_TERM, "term");
    if (message instanceof Append m) {
      check(m);
    } else if (message instanceof AppendReply m) {
      index(m.index(), "index");
      index(m.round(), "round");
      within(m.syncMicros(), AppendReply.UNKNOWN, MAX_SYNC_MICROS, "time of an fsync");
    } else if (message instanceof Forward m) {
      check(m);
    } else if (message instanceof Refused m) {
      index(m.sequence(), "sequence");
    } else if (message instanceof LostEntries m) {
      within(m.term(), 1, Message.MAX_TERM, "term");
      within(m.index(), 1, Message.MAX_INDEX, "index");
      within(m.indexTerm(), 1, m.term(), "term of an entry");
      index(m.round(), "round");
    } else if (message instanceof ReadIndexReply m) {
      index(m.index(), "index");
    } else if (message instanceof PreVote m) {
      index(m.lastIndex(), "last index");
      index(m.membershipIndex(), "index of the membership");
      within(m.lastTerm(), 0, m.term(), "last term");
    } else if (message instanceof PreVoteReply m) {
      within(m.inTerm(), 0, Message.MAX_TERM, "term");
    } else if (message instanceof Vote m) {
      index(m.lastIndex(), "last index");
      within(m.lastTerm(), 0, m.term(), "last term");
    } else if (message instanceof SnapshotPiece m) {
      check(m);
    } else if (message instanceof SnapshotReply m) {
      index(m.index(), "index");
      index(m.round(), "round");
      within(m.wanted(), -1, Long.MAX_VALUE, "offset");
    }
  }

  private static void check(Append m) {
    within(m.term(), 1, Message.MAX_TERM, "term");
    index(m.prevIndex(), "previous index");
    within(m.prevTerm(), m.prevIndex() == 0 ? 0 : 1, m.term(), "previous term");
    index(m.commitIndex(), "commit index");
    clock(m.clock());
    index(m.round(), "round");
    long index = m.prevIndex();
    long term = m.prevTerm();
    long clock = 0;
    for (Entry entry : m.entries()) {
      index++;
      if (entry.index() != index) {
        throw new IllegalArgumentException("entry " + entry.index() + " in the place of " + index);
      }
      within(entry.term(), Math.max(1, term), m.term(), "term of an entry");
      WireReader.check(entry.clock() >= clock, "an entry's clock goes back");
      clock(entry.clock());
      check(entry);
      term = entry.term();
      clock = entry.clock();
    }
  }

  private static void check(Entry entry) {
    switch (entry.kind()) {
      case NOOP -> WireReader.check(entry.data().length == 0, "an empty entry with data");
      case COMMAND -> {} // The state machine's to judge: see RaftHost.
      case MEMBERSHIP -> check(MembershipCodec.decode(entry.data()));
    }
  }

  private static void check(Membership membership) {
    WireReader.check(!membership.voters().isEmpty(), "a membership without voters");
  }

  private static void check(Forward m) {
    WireReader.check(m.origin() != 0, "proposals of nobody");
    for (Proposal proposal : m.proposals()) {
      index(proposal.sequence(), "sequence");
    }
  }

  private static void check(SnapshotPiece m) {
    within(m.term(), 1, Message.MAX_TERM, "term");
    SnapshotStore.Meta meta = m.meta();
    within(meta.index(), 1, Message.MAX_INDEX, "index of a snapshot");
    within(meta.term(), 1, m.term(), "term of a snapshot");
    clock(meta.clock());
    check(meta.membership());
    within(meta.length(), 0, Long.MAX_VALUE, "length of a snapshot");
    within(m.piece().length, 0, SnapshotPiece.MAX_BYTES, "length of a piece");
    within(m.offset(), 0, meta.length() - m.piece().length, "offset");
    index(m.round(), "round");
  }

  private static void index(long value, String what) {
    within(value, 0, Message.MAX_INDEX, what);
  }

  private static void clock(long value) {
    within(value, 0, Message.MAX_CLOCK, "clock");
  }

  private static void within(long value, long min, long max, String what) {
    if (value < min || value > max) { // The text is made only where it is read: entries are many.
      throw new IllegalArgumentException(what + " " + value + " is not in " + min + ".." + max);
    }
  }
}
