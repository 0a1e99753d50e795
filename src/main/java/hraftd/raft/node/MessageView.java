package hraftd.raft.node;

import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.PeerMessage.Detail;
import hraftd.raft.PeerMessage.Kind;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import java.util.List;
import java.util.Locale;

/**
 * What observers are told of a message. Its mark is made only of fields that every wire format
 * carries as they are: so members of different versions make the same one. Stateless.
 */
public final class MessageView {

  /** An odd number whose bits look random: each field moves all bits of the mark. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private static final double MICROS_IN_A_MILLI = 1000;

  private MessageView() {}

  /** The message as an observer sees it. */
  public static PeerMessage of(Message message) {
    Kind kind = kind(message);
    return new PeerMessage(
        kind,
        message.from(),
        message.to(),
        message.term(),
        mark(kind, message),
        () -> details(message));
  }

  private static Kind kind(Message message) {
    if (message instanceof Message.Append) {
      return Kind.APPEND;
    } else if (message instanceof Message.AppendReply) {
      return Kind.APPEND_REPLY;
    } else if (message instanceof Message.Forward) {
      return Kind.FORWARD;
    } else if (message instanceof Message.ReadIndex) {
      return Kind.READ_INDEX;
    } else if (message instanceof Message.ReadIndexReply) {
      return Kind.READ_INDEX_REPLY;
    } else if (message instanceof Message.PreVote) {
      return Kind.PRE_VOTE;
    } else if (message instanceof Message.PreVoteReply) {
      return Kind.PRE_VOTE_REPLY;
    } else if (message instanceof Message.Vote) {
      return Kind.VOTE;
    } else if (message instanceof Message.VoteReply) {
      return Kind.VOTE_REPLY;
    } else if (message instanceof Message.SnapshotPiece) {
      return Kind.SNAPSHOT;
    } else if (message instanceof Message.SnapshotReply) {
      return Kind.SNAPSHOT_REPLY;
    } else if (message instanceof Message.LostEntries) {
      return Kind.LOST_ENTRIES;
    } else if (message instanceof Message.Refused) {
      return Kind.REFUSED;
    }
    return Kind.TIMEOUT_NOW;
  }

  private static long mark(Kind kind, Message message) {
    // By its word: the order of the kinds is no part of any format.
    long mark = add(kind.word().hashCode(), message.term());
    mark = add(add(mark, message.from()), message.to());
    if (message instanceof Message.Append m) {
      mark = add(add(add(mark, m.prevIndex()), m.prevTerm()), m.commitIndex());
      return add(add(add(mark, m.clock()), m.round()), m.entries().size());
    } else if (message instanceof Message.AppendReply m) {
      return add(add(add(mark, m.matched() ? 1 : 0), m.index()), m.round());
    } else if (message instanceof Message.Forward m) {
      mark = add(add(add(mark, m.origin()), m.floor()), m.proposals().size());
      return m.proposals().isEmpty() ? mark : add(mark, m.proposals().get(0).sequence());
    } else if (message instanceof Message.ReadIndex m) {
      return add(mark, m.request());
    } else if (message instanceof Message.ReadIndexReply m) {
      return add(add(mark, m.request()), m.index());
    } else if (message instanceof Message.PreVote m) {
      return add(add(add(mark, m.lastIndex()), m.lastTerm()), m.membershipIndex());
    } else if (message instanceof Message.PreVoteReply m) {
      return add(add(mark, m.inTerm()), m.granted() ? 1 : 0);
    } else if (message instanceof Message.Vote m) {
      return add(add(add(mark, m.lastIndex()), m.lastTerm()), m.transfer() ? 1 : 0);
    } else if (message instanceof Message.VoteReply m) {
      return add(mark, m.granted() ? 1 : 0);
    } else if (message instanceof Message.SnapshotPiece m) {
      return add(add(add(mark, m.meta().index()), m.offset()), m.round());
    } else if (message instanceof Message.SnapshotReply m) {
      return add(add(add(mark, m.index()), m.wanted()), m.round());
    } else if (message instanceof Message.LostEntries m) {
      return add(add(mark, m.index()), m.round());
    } else if (message instanceof Message.Refused m) {
      return add(add(mark, m.origin()), m.sequence());
    }
    return mark;
  }

  private static long add(long mark, NodeId node) {
    return add(add(mark, node.id().hashCode()), node.incarnation());
  }

  private static long add(long mark, long field) {
    long mixed = (mark ^ field) * SPREAD;
    return mixed ^ (mixed >>> 32);
  }

  private static List<Detail> details(Message message) {
    if (message instanceof Message.Append m) {
      return List.of(
          number("prev", m.prevIndex()),
          number("prevTerm", m.prevTerm()),
          number("count", m.entries().size()),
          number("bytes", m.entries().stream().mapToLong(MessageView::bytes).sum()),
          number("commit", m.commitIndex()),
          number("round", m.round()));
    } else if (message instanceof Message.AppendReply m) {
      Detail ok = new Detail("ok", m.matched());
      Detail index = number("index", m.index());
      Detail round = number("round", m.round());
      return m.syncMicros() <= 0
          ? List.of(ok, index, round)
          : List.of(ok, index, round, new Detail("sync", m.syncMicros() / MICROS_IN_A_MILLI));
    } else if (message instanceof Message.Forward m) {
      return List.of(
          number("count", m.proposals().size()),
          number("bytes", m.proposals().stream().mapToLong(p -> p.data().length).sum()));
    } else if (message instanceof Message.ReadIndex m) {
      return List.of(number("request", m.request()));
    } else if (message instanceof Message.ReadIndexReply m) {
      return List.of(number("request", m.request()), number("index", m.index()));
    } else if (message instanceof Message.PreVote m) {
      return List.of(number("last", m.lastIndex()), number("lastTerm", m.lastTerm()));
    } else if (message instanceof Message.PreVoteReply m) {
      return List.of(new Detail("granted", m.granted()));
    } else if (message instanceof Message.Vote m) {
      return List.of(
          number("last", m.lastIndex()),
          number("lastTerm", m.lastTerm()),
          new Detail("transfer", m.transfer()));
    } else if (message instanceof Message.VoteReply m) {
      return List.of(new Detail("granted", m.granted()));
    } else if (message instanceof Message.SnapshotPiece m) {
      return List.of(
          number("index", m.meta().index()),
          number("offset", m.offset()),
          number("count", m.piece().length),
          number("bytes", m.meta().length()),
          number("round", m.round()));
    } else if (message instanceof Message.SnapshotReply m) {
      return List.of(
          number("index", m.index()), number("wanted", m.wanted()), number("round", m.round()));
    } else if (message instanceof Message.LostEntries m) {
      return List.of(number("index", m.index()));
    } else if (message instanceof Message.Refused m) {
      return List.of(new Detail("reason", m.reason().name().toLowerCase(Locale.ROOT)));
    }
    return List.of();
  }

  private static long bytes(Entry entry) {
    return entry.data().length;
  }

  private static Detail number(String name, long value) {
    return new Detail(name, value);
  }
}
