package hraftd.raft.net;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
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
import hraftd.raft.core.Message.ReadIndex;
import hraftd.raft.core.Message.ReadIndexReply;
import hraftd.raft.core.Message.Reason;
import hraftd.raft.core.Message.Refused;
import hraftd.raft.core.Message.SnapshotPiece;
import hraftd.raft.core.Message.SnapshotReply;
import hraftd.raft.core.Message.TimeoutNow;
import hraftd.raft.core.Message.Vote;
import hraftd.raft.core.Message.VoteReply;
import hraftd.raft.core.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The binary form of {@link Message}s on their way from one node to another: a frame of a format
 * byte, the two nodes, then one message after the other to the end, each a type byte, the term and
 * its own fields. Stateless, for any thread.
 */
public final class MessageCodec {
  /** The order is part of the format. */
  private static final List<Class<? extends Message>> TYPES =
      List.of(
          PreVote.class,
          PreVoteReply.class,
          Vote.class,
          VoteReply.class,
          Append.class,
          AppendReply.class,
          SnapshotPiece.class,
          SnapshotReply.class,
          TimeoutNow.class,
          ReadIndex.class,
          ReadIndexReply.class,
          Forward.class,
          Refused.class,
          LostEntries.class);

  /** So many of them are in the format of hraftd 1.0. */
  private static final int OLD_TYPES = 13;

  private static final Entry.Kind[] KINDS = Entry.Kind.values();
  private static final Reason[] REASONS = Reason.values();

  /** Index, term, kind, clock, origin, sequence and the data's length, each as short as it gets. */
  private static final int MIN_ENTRY_BYTES = 1 + 1 + 1 + 1 + Long.BYTES + 1 + 1;

  /** Sequence, "grows" and the data's length. */
  private static final int MIN_PROPOSAL_BYTES = 1 + 1 + 1;

  /** What a message takes in memory without what is in it, in bytes: about, and rather too much. */
  static final int MESSAGE_WEIGHT = 128;

  /** The same for an entry or a proposal without its data. */
  private static final int ITEM_WEIGHT = 96;

  /** Messages of one frame: as many as a sender puts into one. */
  static final int MAX_MESSAGES = SendQueue.FRAME_BYTES / MESSAGE_WEIGHT;

  private MessageCodec() {}

  /**
   * About what a message takes in memory and on the wire, in bytes; for bounds, not for formats.
   */
  static long weight(Message message) {
    long weight = MESSAGE_WEIGHT;
    if (message instanceof Append m) {
      for (Entry entry : m.entries()) {
        weight += ITEM_WEIGHT + entry.data().length;
      }
    } else if (message instanceof Forward m) {
      for (Proposal proposal : m.proposals()) {
        weight += ITEM_WEIGHT + proposal.data().length;
      }
    } else if (message instanceof SnapshotPiece m) {
      weight += m.piece().length + 128L * m.meta().membership().members().size();
    }
    return weight;
  }

  /** True if who reads this format knows such messages. */
  static boolean isKnownIn(WireFormat format, Message message) {
    return TYPES.indexOf(message.getClass()) < types(format);
  }

  private static int types(WireFormat format) {
    return format.covers(WireFormat.V3) ? TYPES.size() : OLD_TYPES;
  }

  /**
   * Adds a frame to {@code out}.
   *
   * @param messages at least one, all from one node to one other, and {@link #isKnownIn} the format
   * @param format what the other end of the connection reads
   */
  public static void encode(List<Message> messages, WireFormat format, WireWriter out) {
    Message first = messages.get(0);
    out.putByte(format.number());
    out.putNode(first.from());
    out.putNode(first.to());
    for (Message message : messages) {
      WireReader.check(
          message.from().equals(first.from()) && message.to().equals(first.to()),
          "messages of different nodes in one frame");
      out.reserve((int) Math.min(weight(message), Integer.MAX_VALUE / 2));
      out.putByte(TYPES.indexOf(message.getClass()));
      out.putVarint(message.term());
      encodeFields(message, format, out);
    }
  }

  /**
   * The messages of a frame, at least one, all from one node to one other. Nothing in them refers
   * to the array.
   *
   * @param format what was agreed on for the connection
   * @throws IllegalArgumentException if this is not exactly one frame of this format
   */
  static List<Message> decode(byte[] frame, WireFormat format) {
    WireReader in = new WireReader(frame);
    WireReader.check(in.getByte() == format.number(), "unknown format");
    NodeId from = in.getNode();
    NodeId to = in.getNode();
    List<Message> messages = new ArrayList<>(4);
    do {
      int type = in.getByte();
      WireReader.check(type >= 0 && type < types(format), "unknown message type");
      WireReader.check(messages.size() < MAX_MESSAGES, "too many messages in one frame");
      messages.add(decodeFields(TYPES.get(type), format, from, to, in.getVarint(), in));
    } while (in.remaining() > 0);
    return messages;
  }

  @SuppressWarnings("EnumOrdinal") // The order is part of the format.
  private static void encodeFields(Message message, WireFormat format, WireWriter out) {
    if (message instanceof Append m) {
      out.putVarint(m.prevIndex());
      out.putVarint(m.prevTerm());
      out.putVarint(m.commitIndex());
      out.putVarint(m.clock());
      out.putVarint(m.round());
      out.putVarint(m.entries().size());
      m.entries().forEach(entry -> encodeEntry(entry, out));
      if (format.covers(WireFormat.V3)) {
        out.putByte(m.commonFormat().number());
      }
    } else if (message instanceof AppendReply m) {
      out.putBoolean(m.matched());
      out.putVarint(m.index());
      out.putVarint(m.round());
      if (format.covers(WireFormat.V3)) {
        out.putBoolean(m.memoryFull());
        out.putBoolean(m.diskFull());
        out.putVarint(m.syncMicros() + 1); // 0: unknown
      }
    } else if (message instanceof Forward m) {
      out.putLong(m.origin());
      out.putVarint(m.floor());
      out.putVarint(m.proposals().size());
      m.proposals().forEach(proposal -> encodeProposal(proposal, out));
    } else if (message instanceof Refused m) {
      out.putLong(m.origin());
      out.putVarint(m.sequence());
      out.putByte(reasonIn(format, m.reason()).ordinal());
    } else if (message instanceof LostEntries m) {
      WireReader.check(format.covers(WireFormat.V3), "a message that the other end cannot read");
      out.putVarint(m.index());
      out.putVarint(m.indexTerm());
      out.putVarint(m.round());
    } else if (message instanceof ReadIndex m) {
      out.putVarint(m.request());
    } else if (message instanceof ReadIndexReply m) {
      out.putVarint(m.request());
      out.putVarint(m.index());
    } else if (message instanceof PreVote m) {
      out.putVarint(m.lastIndex());
      out.putVarint(m.lastTerm());
      out.putVarint(m.membershipIndex());
    } else if (message instanceof PreVoteReply m) {
      out.putVarint(m.inTerm());
      out.putBoolean(m.granted());
      out.putBoolean(m.removed());
    } else if (message instanceof Vote m) {
      out.putVarint(m.lastIndex());
      out.putVarint(m.lastTerm());
      out.putBoolean(m.transfer());
    } else if (message instanceof VoteReply m) {
      out.putBoolean(m.granted());
    } else if (message instanceof SnapshotPiece m) {
      encodeMeta(m.meta(), format, out);
      out.putVarint(m.offset());
      out.putVarint(m.round());
      out.putBytes(m.piece());
    } else if (message instanceof SnapshotReply m) {
      out.putVarint(m.index());
      out.putVarint(m.wanted());
      out.putVarint(m.round());
    } else if (!(message instanceof TimeoutNow)) {
      throw new AssertionError(message.getClass());
    }
  }

  private static Message decodeFields(
      Class<? extends Message> type,
      WireFormat format,
      NodeId from,
      NodeId to,
      long term,
      WireReader in) {
    boolean old = !format.covers(WireFormat.V3);
    if (type == Append.class) {
      return new Append(
          from,
          to,
          term,
          in.getVarint(),
          in.getVarint(),
          in.getVarint(),
          in.getVarint(),
          in.getVarint(),
          decodeEntries(in),
          old ? format : commonFormat(in.getByte() & 0xFF));
    } else if (type == AppendReply.class) {
      return new AppendReply(
          from,
          to,
          term,
          in.getBoolean(),
          in.getVarint(),
          in.getVarint(),
          !old && in.getBoolean(),
          !old && in.getBoolean(),
          old ? AppendReply.UNKNOWN : in.getVarint() - 1);
    } else if (type == Forward.class) {
      return new Forward(from, to, term, in.getLong(), in.getVarint(), decodeProposals(in));
    } else if (type == Refused.class) {
      return new Refused(
          from, to, term, in.getLong(), in.getVarint(), reason(oneOf(REASONS, in), format));
    } else if (type == LostEntries.class) {
      return new LostEntries(from, to, term, in.getVarint(), in.getVarint(), in.getVarint());
    } else if (type == ReadIndex.class) {
      return new ReadIndex(from, to, term, in.getVarint());
    } else if (type == ReadIndexReply.class) {
      return new ReadIndexReply(from, to, term, in.getVarint(), in.getVarint());
    } else if (type == PreVote.class) {
      return new PreVote(from, to, term, in.getVarint(), in.getVarint(), in.getVarint());
    } else if (type == PreVoteReply.class) {
      return new PreVoteReply(from, to, term, in.getVarint(), in.getBoolean(), in.getBoolean());
    } else if (type == Vote.class) {
      return new Vote(from, to, term, in.getVarint(), in.getVarint(), in.getBoolean());
    } else if (type == VoteReply.class) {
      return new VoteReply(from, to, term, in.getBoolean());
    } else if (type == SnapshotPiece.class) {
      return new SnapshotPiece(
          from, to, term, decodeMeta(in), in.getVarint(), in.getVarint(), in.getBytes());
    } else if (type == SnapshotReply.class) {
      return new SnapshotReply(from, to, term, in.getVarint(), in.getVarint(), in.getVarint());
    } else if (type == TimeoutNow.class) {
      return new TimeoutNow(from, to, term);
    }
    throw new AssertionError(type);
  }

  @SuppressWarnings("EnumOrdinal") // The order is part of the format.
  private static void encodeEntry(Entry entry, WireWriter out) {
    out.putVarint(entry.index());
    out.putVarint(entry.term());
    out.putByte(entry.kind().ordinal());
    out.putVarint(entry.clock());
    out.putLong(entry.origin());
    out.putVarint(entry.sequence());
    out.putBytes(entry.data());
  }

  private static List<Entry> decodeEntries(WireReader in) {
    int count = in.getCount(MIN_ENTRY_BYTES);
    WireReader.check(count <= Append.MAX_ENTRIES, "too many entries in one message");
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      entries.add(
          new Entry(
              in.getVarint(),
              in.getVarint(),
              oneOf(KINDS, in),
              in.getVarint(),
              in.getLong(),
              in.getVarint(),
              in.getBytes()));
    }
    return entries;
  }

  private static void encodeProposal(Proposal proposal, WireWriter out) {
    out.putVarint(proposal.sequence());
    out.putBoolean(proposal.grows());
    out.putBytes(proposal.data());
  }

  private static List<Proposal> decodeProposals(WireReader in) {
    int count = in.getCount(MIN_PROPOSAL_BYTES);
    WireReader.check(count <= Forward.MAX_PROPOSALS, "too many proposals in one message");
    List<Proposal> proposals = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      proposals.add(new Proposal(in.getVarint(), in.getBoolean(), in.getBytes()));
    }
    return proposals;
  }

  private static void encodeMeta(SnapshotStore.Meta meta, WireFormat format, WireWriter out) {
    out.putVarint(meta.index());
    out.putVarint(meta.term());
    out.putVarint(meta.clock());
    Membership membership = meta.membership();
    boolean old = !format.covers(WireFormat.V3);
    out.putBytes(MembershipCodec.encode(old ? membership.withoutPast() : membership));
    out.putVarint(meta.length());
    out.putVarint(Integer.toUnsignedLong(meta.checksum()));
  }

  private static SnapshotStore.Meta decodeMeta(WireReader in) {
    long index = in.getVarint();
    long term = in.getVarint();
    long clock = in.getVarint();
    Membership membership = MembershipCodec.decode(in.getBytes());
    long length = in.getVarint();
    long checksum = in.getVarint();
    WireReader.check(checksum >>> Integer.SIZE == 0, "the checksum has more than 32 bits");
    return new SnapshotStore.Meta(index, term, clock, membership, length, (int) checksum);
  }

  /** What a node of that format may be told: a full heap counts there like a full disk. */
  private static Reason reasonIn(WireFormat format, Reason reason) {
    if (format.covers(WireFormat.V3)) {
      return reason;
    }
    return switch (reason) {
      case DISK_FULL, MEMORY_FULL -> Reason.DISK_FULL;
      case OVERLOADED, UNKNOWN_COMMAND -> Reason.OVERLOADED;
    };
  }

  private static Reason reason(Reason read, WireFormat format) {
    WireReader.check(reasonIn(format, read) == read, "unknown value of a choice");
    return read;
  }

  /** A later version's leader may name one that this version has not: it covers all that has. */
  private static WireFormat commonFormat(int number) {
    WireFormat common = new FormatRange(WireFormat.OLDEST.number(), number).common();
    return Objects.requireNonNull(common);
  }

  private static <T> T oneOf(T[] values, WireReader in) {
    int ordinal = in.getByte();
    WireReader.check(ordinal >= 0 && ordinal < values.length, "unknown value of a choice");
    return values[ordinal];
  }
}
