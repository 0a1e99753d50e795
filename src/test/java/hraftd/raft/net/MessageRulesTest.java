package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.MembershipCodec;
import hraftd.raft.core.Message;
import hraftd.raft.core.SnapshotStore;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that can be decoded and that no node sends. */
final class MessageRulesTest {
  private static final NodeId FROM = new NodeId("a", 1);
  private static final NodeId TO = new NodeId("b", 2);
  private static final HostPort SOMEWHERE = new HostPort("host", 1);
  private static final Membership MEMBERS =
      new Membership(List.of(new Member(FROM, SOMEWHERE, SOMEWHERE, /* voter= */ true)));
  private static final long TOO_MUCH = Message.MAX_INDEX + 1;

  private static Entry entry(long index, long term, long clock, Entry.Kind kind, byte... data) {
    return new Entry(index, term, kind, clock, 0, 0, data);
  }

  private static Entry command(long index, long term, long clock) {
    return entry(index, term, clock, Entry.Kind.COMMAND, (byte) 1);
  }

  /** In term 5, behind entry 7 of term 3. */
  private static Message append(Entry... entries) {
    return new Message.Append(FROM, TO, 5, 7, 3, 7, 100, 1, List.of(entries));
  }

  private static SnapshotStore.Meta meta(long index, long term, Membership members, long length) {
    return new SnapshotStore.Meta(index, term, 0, members, length, 0);
  }

  private static Message piece(SnapshotStore.Meta meta, long offset, int bytes) {
    return new Message.SnapshotPiece(FROM, TO, 5, meta, offset, 1, new byte[bytes]);
  }

  private static void refused(String why, Message message) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> MessageRules.check(message),
            () -> why + ": " + message);
    assertEquals(true, String.valueOf(e.getMessage()).contains(why), e.getMessage());
  }

  @Test
  void whatNodesSayPasses() {
    for (Message message :
        List.of(
            new Message.PreVote(FROM, TO, 0, 0, 0, 0),
            new Message.PreVoteReply(FROM, TO, 0, 0, false, false),
            new Message.Vote(FROM, TO, Message.MAX_TERM, 9, 4, true),
            new Message.VoteReply(FROM, TO, 1, true),
            append(),
            append(
                command(8, 3, 0),
                entry(9, 4, 0, Entry.Kind.NOOP),
                entry(10, 5, 9, Entry.Kind.MEMBERSHIP, MembershipCodec.encode(MEMBERS))),
            new Message.Append(FROM, TO, 1, 0, 0, 0, 0, 0, List.of(command(1, 1, 1))),
            new Message.AppendReply(FROM, TO, 1, false, 0, 0),
            piece(meta(4, 5, MEMBERS, 10), 4, 6),
            piece(meta(4, 5, MEMBERS, 0), 0, 0),
            new Message.SnapshotReply(FROM, TO, 1, 4, -1, 1),
            new Message.TimeoutNow(FROM, TO, 1),
            new Message.LostEntries(FROM, TO, 1, 1, 1, 1),
            new Message.ReadIndex(FROM, TO, 1, -1),
            new Message.ReadIndexReply(FROM, TO, 1, Long.MIN_VALUE, 1),
            new Message.Forward(
                FROM, TO, 1, -1, 1, List.of(new Message.Proposal(1, true, new byte[1]))),
            new Message.Refused(FROM, TO, 1, 1, 1, Message.Reason.DISK_FULL))) {
      MessageRules.check(message);
    }
  }

  @Test
  void terms() {
    refused("term", new Message.VoteReply(FROM, TO, Long.MAX_VALUE, true));
    refused("term", new Message.VoteReply(FROM, TO, Message.MAX_TERM + 1, true));
    refused("term", new Message.TimeoutNow(FROM, TO, -1));
    refused("term", new Message.LostEntries(FROM, TO, 0, 1, 1, 1));
    refused("term", new Message.PreVoteReply(FROM, TO, 1, -1, true, false));
    refused("last term", new Message.PreVote(FROM, TO, 3, 9, 4, 0));
    refused("last term", new Message.Vote(FROM, TO, 3, 9, 4, false));
    refused("previous term", new Message.Append(FROM, TO, 5, 7, 6, 0, 0, 0, List.of()));
    refused("previous term", new Message.Append(FROM, TO, 5, 7, 0, 0, 0, 0, List.of()));
    refused("term", new Message.Append(FROM, TO, 0, 0, 0, 0, 0, 0, List.of()));
    refused("term of an entry", append(command(8, 6, 1)));
    refused("term of an entry", append(command(8, 2, 1)));
    refused("term of an entry", append(command(8, 5, 1), command(9, 4, 1)));
    refused("term of a snapshot", piece(meta(4, 6, MEMBERS, 10), 0, 1));
    refused("term of a snapshot", piece(meta(4, 0, MEMBERS, 10), 0, 1));
  }

  @Test
  void indexes() {
    refused("entry 9 in the place of 8", append(command(9, 3, 1)));
    refused("entry 8 in the place of 9", append(command(8, 3, 1), command(8, 3, 1)));
    refused("previous index", new Message.Append(FROM, TO, 5, -1, 3, 0, 0, 0, List.of()));
    refused("previous index", new Message.Append(FROM, TO, 5, TOO_MUCH, 3, 0, 0, 0, List.of()));
    refused("commit index", new Message.Append(FROM, TO, 5, 7, 3, -1, 0, 0, List.of()));
    refused("round", new Message.Append(FROM, TO, 5, 7, 3, 0, 0, -1, List.of()));
    refused("index", new Message.AppendReply(FROM, TO, 1, true, -1, 0));
    refused("round", new Message.AppendReply(FROM, TO, 1, true, 1, TOO_MUCH));
    refused(
        "time of an fsync",
        new Message.AppendReply(FROM, TO, 1, true, 1, 1, false, false, TOO_MUCH));
    refused("last index", new Message.PreVote(FROM, TO, 1, TOO_MUCH, 1, 0));
    refused("index of the membership", new Message.PreVote(FROM, TO, 1, 1, 1, -1));
    refused("last index", new Message.Vote(FROM, TO, 1, -1, 1, false));
    refused("index", new Message.ReadIndexReply(FROM, TO, 1, 1, -1));
    refused("sequence", new Message.Refused(FROM, TO, 1, 1, -1, Message.Reason.DISK_FULL));
    refused("index of a snapshot", piece(meta(0, 5, MEMBERS, 10), 0, 1));
  }

  @Test
  void clocks() {
    refused("clock", append(command(8, 3, Message.MAX_CLOCK + 1)));
    refused("clock goes back", append(command(8, 3, 9), command(9, 3, 8)));
    refused("clock goes back", append(command(8, 3, -1)));
    refused("clock", new Message.Append(FROM, TO, 5, 7, 3, 0, Long.MAX_VALUE, 0, List.of()));
  }

  @Test
  void contents() {
    refused("empty entry", append(entry(8, 3, 1, Entry.Kind.NOOP, (byte) 1)));
    refused("membership", append(entry(8, 3, 1, Entry.Kind.MEMBERSHIP, (byte) 9)));
    byte[] nobody = MembershipCodec.encode(Membership.EMPTY);
    refused("without voters", append(entry(8, 3, 1, Entry.Kind.MEMBERSHIP, nobody)));
    refused("without voters", piece(meta(4, 5, Membership.EMPTY, 10), 0, 1));
    refused("of nobody", new Message.Forward(FROM, TO, 1, 0, 1, List.of()));
    refused(
        "sequence",
        new Message.Forward(
            FROM, TO, 1, 1, 1, List.of(new Message.Proposal(-1, true, new byte[1]))));
  }

  @Test
  void sizes() {
    refused("offset", piece(meta(4, 5, MEMBERS, 10), 5, 6));
    refused("offset", piece(meta(4, 5, MEMBERS, 10), -1, 1));
    refused("offset", piece(meta(4, 5, MEMBERS, 10), Long.MAX_VALUE, 1));
    refused("length of a snapshot", piece(meta(4, 5, MEMBERS, -1), 0, 0));
    refused(
        "length of a piece",
        piece(meta(4, 5, MEMBERS, 1 << 30), 0, Message.SnapshotPiece.MAX_BYTES + 1));
    refused("offset", new Message.SnapshotReply(FROM, TO, 1, 4, -2, 1));
  }
}
