package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.assertPeersGetIn;
import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node that has been admitted, but is no member, can do to one that is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StrangerTest {
  private static final NodeId STRANGER = new NodeId("stranger", 1);

  /** No test takes so long: who is cut off has done more than being slow. */
  private static TransportPeer patient() throws IOException {
    return TransportPeer.open("a", LONG.multipliedBy(10));
  }

  private static Message vote(TransportPeer to) {
    return new Message.Vote(STRANGER, to.node, 2, 1, 1, /* transfer= */ false);
  }

  @Test
  void strangersAreBoundedAndMembersAreNot() throws Exception {
    List<RawPeer> strangers = new ArrayList<>();
    try (TransportPeer a = patient()) {
      join(a);
      for (int i = 0; i < IncomingConnections.MAX_STRANGERS + 5; i++) {
        NodeId id = new NodeId("s" + i, i);
        RawPeer stranger = RawPeer.admitted(id, a);
        strangers.add(stranger);
        stranger.send(new Message.PreVote(id, a.node, 1, 0, 0, 0));
        int all = i + 1;
        eventually("it is heard", () -> a.received.size() == all);
      }
      for (int i = 0; i < 5; i++) {
        assertTrue(strangers.get(i).closedByOther());
      }
      RawPeer last = strangers.get(strangers.size() - 1);
      int before = a.received.size();
      last.send(new Message.PreVote(new NodeId("s20", 20), a.node, 1, 0, 0, 0));
      eventually("the newest may speak", () -> a.received.size() == before + 1);
      a.received.clear();
      assertPeersGetIn(a);
    } finally {
      for (RawPeer raw : strangers) {
        raw.close();
      }
    }
  }

  @Test
  void itSaysOnlyWhatANodeSaysThatIsToBecomeAMember() throws Exception {
    NodeId to = new NodeId("a", "a".hashCode());
    List<Message> membersOnly =
        List.of(
            new Message.PreVoteReply(STRANGER, to, 1, 1, true, true),
            new Message.VoteReply(STRANGER, to, 1, true),
            new Message.Append(STRANGER, to, 1, 0, 0, 0, 0, 0, List.of()),
            new Message.TimeoutNow(STRANGER, to, 1),
            new Message.ReadIndex(STRANGER, to, 1, 1),
            new Message.ReadIndexReply(STRANGER, to, 1, 1, 1),
            new Message.Forward(STRANGER, to, 1, 1, 1, List.of()),
            new Message.Refused(STRANGER, to, 1, 1, 1, Message.Reason.OVERLOADED));
    try (TransportPeer a = patient()) {
      join(a);
      for (Message message : membersOnly) {
        try (RawPeer raw = RawPeer.admitted(STRANGER, a)) {
          raw.send(message);
          assertTrue(raw.closedByOther(), message.toString());
        }
      }
      assertTrue(a.received.isEmpty());
      try (RawPeer raw = RawPeer.admitted(STRANGER, a)) {
        raw.send(
            new Message.PreVote(STRANGER, to, 1, 1, 1, 1),
            vote(a),
            new Message.AppendReply(STRANGER, to, 1, true, 1, 1),
            new Message.SnapshotReply(STRANGER, to, 1, 1, -1, 1));
        eventually("what it may say arrives", () -> a.received.size() == 4);
      }
    }
  }

  @Test
  void aNodeThatKnowsNobodyListensToAll() throws Exception {
    try (TransportPeer a = patient();
        RawPeer raw = RawPeer.admitted(STRANGER, a)) {
      Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[100_000]);
      raw.send(new Message.Append(STRANGER, a.node, 1, 0, 0, 0, 0, 0, List.of(entry)));
      eventually("a leader is heard", () -> a.received.size() == 1);
    }
  }

  @Test
  void nobodySendsHugeFrames() throws Exception {
    for (int length :
        new int[] {Integer.MAX_VALUE, FrameReader.MAX_FRAME_BYTES + 1, 0, -1, -2000}) {
      try (TransportPeer a = patient();
          RawPeer raw = RawPeer.admitted(STRANGER, a)) {
        raw.open();
        raw.out.write(ByteBuffer.allocate(2 * Integer.BYTES).putInt(length).array());
        assertTrue(raw.closedByOther());
        assertPeersGetIn(a);
      }
    }
  }

  @Test
  void strangersFramesAreSmall() throws Exception {
    try (TransportPeer a = patient()) {
      join(a);
      try (RawPeer raw = RawPeer.admitted(STRANGER, a)) {
        raw.open();
        raw.out.writeInt(FrameReader.MAX_STRANGERS_FRAME_BYTES + 1);
        assertTrue(raw.closedByOther());
      }
      try (RawPeer member = RawPeer.admitted(STRANGER, a)) {
        member.open();
        member.out.writeInt(FrameReader.MAX_STRANGERS_FRAME_BYTES);
        member.out.writeInt(0); // The checksum, which is looked at when all is here.
        eventually("it is being read", () -> readersOf(STRANGER.id()) == 1);
        member.socket.setSoTimeout(200);
        assertFalse(member.closedByOther());
      }
    }
  }

  @Test
  void halfAFrameIsNotWaitedForForLong() throws Exception {
    long start = System.nanoTime();
    try (TransportPeer a = open("a");
        RawPeer nothing = RawPeer.admitted(new NodeId("b", 1), a);
        RawPeer half = RawPeer.admitted(STRANGER, a)) {
      byte[] frame = RawPeer.frame(vote(a));
      half.open();
      half.out.write(frame);
      half.out.write(frame, 0, frame.length / 2);
      for (RawPeer slow : List.of(nothing, half)) {
        slow.socket.setSoTimeout((int) LONG.toMillis());
        assertTrue(slow.closedByOther());
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(time.compareTo(PeerConnections.FRAME_TIMEOUT) >= 0, time.toString());
      }
      assertEquals(1, a.received.size());
    }
  }

  @Test
  void aLengthAloneAllocatesLittle() throws Exception {
    List<NodeId> members = new ArrayList<>(); // They may send the longest frames, all at once.
    for (int i = 0; i < 16; i++) {
      members.add(new NodeId("m" + i, i));
    }
    List<RawPeer> raws = new ArrayList<>();
    try (TransportPeer a = patient()) {
      a.onRaftThread(() -> a.transport.trust(Set.copyOf(members)));
      System.gc();
      long before = used();
      for (NodeId member : members) {
        RawPeer raw = RawPeer.admitted(member, a);
        raw.open();
        raw.out.writeInt(FrameReader.MAX_FRAME_BYTES);
        raw.out.write(new byte[1000]);
        raws.add(raw);
      }
      String[] ids = members.stream().map(NodeId::id).toArray(String[]::new);
      eventually("all are being read", () -> readersOf(ids) == members.size());
      System.gc();
      assertTrue(used() - before < 64 << 20, "on the word of a length");
    } finally {
      for (RawPeer raw : raws) {
        raw.close();
      }
    }
  }

  /** Each takes as much memory as it is long, from whoever it is. */
  @Test
  void aNodeThatKnowsNobodyReadsFewLongFramesAtOnce() throws Exception {
    try (TransportPeer a = patient();
        RawPeer first = RawPeer.admitted(new NodeId("s1", 1), a);
        RawPeer second = RawPeer.admitted(new NodeId("s2", 2), a);
        RawPeer third = RawPeer.admitted(STRANGER, a)) {
      for (RawPeer half : List.of(first, second)) {
        half.open();
        half.out.writeInt(FrameReader.MAX_FRAME_BYTES);
        half.out.write(new byte[100_000]);
      }
      eventually("both are being read", () -> readersOf("s1", "s2") == 2);
      Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[100_000]);
      third.send(new Message.Append(STRANGER, a.node, 1, 0, 0, 0, 0, 0, List.of(entry)));
      eventually("it waits", () -> threadsOf("tryAcquire", STRANGER.id()) == 1);
      third.socket.setSoTimeout(100);
      assertFalse(third.closedByOther());
      assertTrue(a.received.isEmpty(), "it waits for one of them");
      first.socket.close();
      eventually("it is read", () -> a.received.size() == 1);
    }
  }

  /** In wire format 2 the first frame is the proof, and anybody can greet with a member's name. */
  @Test
  void fewLongFramesAreReadAtOnceFromWhoOnlyGreetedAsAMember() throws Exception {
    NodeId member = new NodeId("member", 1);
    try (TransportPeer a = patient()) {
      TransportPeer.joinWith(a, member, 1);
      int port = a.transport.port();
      Preamble preamble = new Preamble("cluster", member, a.node);
      try (OldPeer first = OldPeer.admitted(port, preamble);
          OldPeer second = OldPeer.admitted(port, preamble);
          OldPeer third = OldPeer.admitted(port, preamble)) {
        first.sendHalf();
        second.sendHalf();
        eventually("both are being read", () -> readersOf("member") == 2);
        Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[100_000]);
        Message append = new Message.Append(member, a.node, 1, 0, 0, 0, 0, 0, List.of(entry));
        third.send(append);
        eventually("it waits", () -> threadsOf("tryAcquire", "member") == 1);
        third.socket.setSoTimeout(100);
        assertThrows(SocketTimeoutException.class, () -> third.in.read());
        assertTrue(a.received.isEmpty(), "it waits for one of them");
        first.socket.close();
        eventually("it is read", () -> a.received.size() == 1);
        try (OldPeer fourth = OldPeer.admitted(port, preamble)) {
          fourth.sendHalf();
          eventually("both are being read", () -> readersOf("member") == 2);
          third.send(append);
          eventually("who has proved itself does not wait", () -> a.received.size() == 2);
        }
      }
    }
  }

  /** How many threads are reading the body of a frame of these. */
  private static long readersOf(String... ids) {
    return threadsOf("readBody", ids);
  }

  /** How many threads that read from one of these are in that method. */
  private static long threadsOf(String method, String... ids) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(e -> Stream.of(ids).anyMatch(id -> e.getKey().getName().equals("raft-from-" + id)))
        .filter(e -> Stream.of(e.getValue()).anyMatch(f -> f.getMethodName().equals(method)))
        .count();
  }

  /** Else it would be too late for what it says when it is told that it is one. */
  @Test
  void aNewMemberIsTrustedAtOnce() throws Exception {
    try (TransportPeer a = patient()) {
      join(a);
      Membership both = new Membership(List.of(a.member(), TransportPeer.member(STRANGER, 1)));
      a.onRaftThread(() -> a.transport.members(both));
      try (RawPeer raw = RawPeer.admitted(STRANGER, a)) {
        raw.send(new Message.ReadIndex(STRANGER, a.node, 1, 1));
        eventually("it is heard", () -> a.received.size() == 1);
      }
    }
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void nobodySpeaksForAnother() throws Exception {
    try (TransportPeer a = patient()) {
      for (Message lie :
          List.of(
              new Message.TimeoutNow(new NodeId("leader", 1), a.node, 1),
              new Message.TimeoutNow(STRANGER, new NodeId("a", 77), 1))) {
        try (RawPeer raw = RawPeer.admitted(STRANGER, a)) {
          raw.send(lie);
          assertTrue(raw.closedByOther());
        }
      }
      assertTrue(a.received.isEmpty());
      assertTrue(a.failures.isEmpty());
    }
  }

  @Test
  void aFlippedBitIsNeverRead() throws Exception {
    Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[300]);
    Random random = new Random(1);
    try (TransportPeer a = patient()) {
      byte[] frame =
          RawPeer.frame(new Message.Append(STRANGER, a.node, 1, 0, 0, 0, 0, 0, List.of(entry)));
      for (int i = 0; i < 200; i++) {
        // A longer length waits for what does not come; that is a test of its own.
        int bit = 8 * Integer.BYTES + random.nextInt(8 * (frame.length - Integer.BYTES));
        byte[] flipped = frame.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        try (RawPeer raw = RawPeer.admitted(STRANGER, a)) {
          raw.open();
          raw.out.write(flipped);
          assertTrue(raw.closedByOther(), "bit " + bit);
        }
      }
      assertTrue(a.received.isEmpty());
    }
  }
}
