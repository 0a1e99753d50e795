package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.SnapshotStore;
import hraftd.testing.Draw;
import hraftd.testing.Property;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MessageCodecTest {
  private static final NodeId FROM = new NodeId("a", -1);
  private static final NodeId TO = new NodeId("bé", 42);

  /** How many types there are; so many is the first number that none has. */
  private static final int TYPES = Message.class.getPermittedSubclasses().length;

  /** What decoding may allocate for each byte of a frame: small entries are mostly objects. */
  private static final int BYTES_PER_BYTE = 64;

  /** What decoding may allocate in any case: exceptions with their stacks. */
  private static final int FIXED_BYTES = 64 << 10;

  private static byte[] encode(List<Message> messages) {
    WireWriter out = new WireWriter();
    MessageCodec.encode(messages, WireFormat.V3, out);
    return out.toByteArray();
  }

  @Test
  void everyMessageComesBack() {
    Property.holds(draw -> assertComesBack(draw.list(1, 5, () -> message(draw))));
  }

  private static void assertComesBack(List<Message> messages) {
    byte[] frame = encode(messages);
    List<Message> decoded = MessageCodec.decode(frame, WireFormat.V3);
    // Arrays in records compare by identity, so what they hold is compared as text and as bytes.
    assertEquals(messages.size(), decoded.size());
    for (int i = 0; i < messages.size(); i++) {
      assertSame(messages.get(i), decoded.get(i));
    }
    assertArrayEquals(frame, encode(decoded));
  }

  private static void assertSame(Message expected, Message actual) {
    if (expected instanceof Message.Append e && actual instanceof Message.Append a) {
      assertEquals(e.entries().size(), a.entries().size());
      for (int i = 0; i < e.entries().size(); i++) {
        assertSame(e.entries().get(i), a.entries().get(i));
      }
      assertEquals(without(e), without(a));
    } else if (expected instanceof Message.Forward e && actual instanceof Message.Forward a) {
      assertEquals(e.proposals().size(), a.proposals().size());
      for (int i = 0; i < e.proposals().size(); i++) {
        assertEquals(e.proposals().get(i).sequence(), a.proposals().get(i).sequence());
        assertEquals(e.proposals().get(i).grows(), a.proposals().get(i).grows());
        assertArrayEquals(e.proposals().get(i).data(), a.proposals().get(i).data());
      }
      assertEquals(e.origin(), a.origin());
      assertEquals(e.floor(), a.floor());
      assertEquals(e.term(), a.term());
    } else if (expected instanceof Message.SnapshotPiece e
        && actual instanceof Message.SnapshotPiece a) {
      assertArrayEquals(e.piece(), a.piece());
      assertEquals(e.meta(), a.meta());
      assertEquals(e.offset(), a.offset());
      assertEquals(e.round(), a.round());
      assertEquals(e.term(), a.term());
    } else {
      assertEquals(expected, actual);
    }
  }

  private static Message.Append without(Message.Append m) {
    return new Message.Append(
        m.from(),
        m.to(),
        m.term(),
        m.prevIndex(),
        m.prevTerm(),
        m.commitIndex(),
        m.clock(),
        m.round(),
        List.of());
  }

  private static void assertSame(Entry expected, Entry actual) {
    assertArrayEquals(expected.data(), actual.data());
    byte[] none = {};
    assertEquals(with(expected, none), with(actual, none));
  }

  private static Entry with(Entry e, byte[] data) {
    return new Entry(e.index(), e.term(), e.kind(), e.clock(), e.origin(), e.sequence(), data);
  }

  @Test
  void everyTruncationIsRefused() {
    Property.holds(
        draw -> {
          byte[] frame = encode(List.of(message(draw)));
          byte[] cut = Arrays.copyOf(frame, draw.anInt(0, frame.length - 1));
          assertThrows(
              IllegalArgumentException.class, () -> MessageCodec.decode(cut, WireFormat.V3));
        });
  }

  @Test
  void damageIsRefusedOrGivesOtherMessages() {
    Property.holds(
        draw -> {
          byte[] frame = encode(List.of(message(draw)));
          for (int i = draw.anInt(1, 4); i > 0; i--) {
            frame[draw.anInt(0, frame.length - 1)] = draw.aByte();
          }
          decodesOrRefuses(frame);
        });
  }

  @Test
  void garbageIsRefused() {
    Property.holds(
        draw -> {
          byte[] garbage = draw.bytes(0, 300);
          decodesOrRefuses(garbage);
          byte[] begun = encode(List.of(new Message.TimeoutNow(FROM, TO, 1)));
          byte[] whole = Arrays.copyOf(begun, begun.length + garbage.length);
          System.arraycopy(garbage, 0, whole, begun.length, garbage.length);
          decodesOrRefuses(whole);
        });
  }

  /** Only an IllegalArgumentException, and little memory. */
  private static void decodesOrRefuses(byte[] frame) {
    long allocated =
        allocatedBy(
            () -> {
              try {
                MessageCodec.decode(frame, WireFormat.V3);
              } catch (IllegalArgumentException e) {
                // As it should be.
              }
            });
    assertTrue(
        allocated <= FIXED_BYTES + (long) BYTES_PER_BYTE * frame.length,
        allocated + " bytes for " + frame.length);
  }

  private static long allocatedBy(Runnable task) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    task.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void hugeCountsAreRefusedBeforeTheyAreAllocated() {
    for (int type = 0; type < TYPES; type++) {
      WireWriter out = new WireWriter();
      out.putByte(WireFormat.V3.number());
      out.putNode(FROM);
      out.putNode(TO);
      out.putByte(type);
      for (int i = 0; i < 20; i++) {
        out.putVarint(Integer.MAX_VALUE);
      }
      decodesOrRefuses(out.toByteArray());
    }
  }

  /** Many small things take much more memory than bytes. */
  @Test
  void moreThanASenderPutsTogetherIsRefused() {
    Message tiny = new Message.TimeoutNow(FROM, TO, 1);
    List<Message> most = Collections.nCopies(MessageCodec.MAX_MESSAGES, tiny);
    assertEquals(most, MessageCodec.decode(encode(most), WireFormat.V3));
    refused(Collections.nCopies(MessageCodec.MAX_MESSAGES + 1, tiny));
    Entry entry = new Entry(1, 1, Entry.Kind.NOOP, 0, 0, 0, new byte[0]);
    refused(
        List.of(
            new Message.Append(
                FROM,
                TO,
                1,
                0,
                0,
                0,
                0,
                0,
                Collections.nCopies(Message.Append.MAX_ENTRIES + 1, entry))));
    Message.Proposal proposal = new Message.Proposal(1, true, new byte[0]);
    refused(
        List.of(
            new Message.Forward(
                FROM,
                TO,
                1,
                1,
                1,
                Collections.nCopies(Message.Forward.MAX_PROPOSALS + 1, proposal))));
  }

  private static void refused(List<Message> messages) {
    byte[] frame = encode(messages);
    assertThrows(IllegalArgumentException.class, () -> MessageCodec.decode(frame, WireFormat.V3));
  }

  /** What waits is bounded by it. */
  @Test
  void theWeightOfSmallThingsIsWhatTheyTakeInMemory() {
    List<Entry> entries =
        Collections.nCopies(1000, new Entry(1, 1, Entry.Kind.NOOP, 0, 0, 0, new byte[0]));
    byte[] appends = encode(List.of(new Message.Append(FROM, TO, 1, 0, 0, 0, 0, 0, entries)));
    byte[] votes = encode(Collections.nCopies(1000, new Message.PreVote(FROM, TO, 1, 1, 1, 1)));
    for (byte[] frame : List.of(appends, votes)) {
      List<Message> decoded =
          MessageCodec.decode(frame, WireFormat.V3); // Also loads what it needs.
      long weight = decoded.stream().mapToLong(MessageCodec::weight).sum();
      long allocated = allocatedBy(() -> MessageCodec.decode(frame, WireFormat.V3));
      assertTrue(weight >= allocated * 3 / 4, weight + " for " + allocated);
    }
  }

  @Test
  void otherFormatsAndTypesAreRefused() {
    byte[] frame = encode(List.of(new Message.TimeoutNow(FROM, TO, 1)));
    byte[] otherFormat = frame.clone();
    otherFormat[0]++;
    assertThrows(
        IllegalArgumentException.class, () -> MessageCodec.decode(otherFormat, WireFormat.V3));
    byte[] otherType = frame.clone();
    otherType[frame.length - 2] = (byte) TYPES;
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> MessageCodec.decode(otherType, WireFormat.V3));
    assertEquals("unknown message type", refusal.getMessage());
  }

  @Test
  void theWeightIsNeverBelowTheSizeOfAUsualMessage() {
    Entry entry = new Entry(1 << 20, 7, Entry.Kind.COMMAND, 1L << 42, -1, 1 << 20, new byte[150]);
    Message append =
        new Message.Append(
            FROM,
            TO,
            7,
            1 << 20,
            7,
            1 << 20,
            1L << 42,
            1 << 20,
            java.util.Collections.nCopies(300, entry));
    assertTrue(MessageCodec.weight(append) >= encode(List.of(append)).length);
  }

  private static Message message(Draw draw) {
    return draw.oneOf(
        () -> new Message.PreVote(FROM, TO, draw.aLong(), draw.aLong(), draw.aLong(), draw.aLong()),
        () ->
            new Message.PreVoteReply(
                FROM, TO, draw.aLong(), draw.aLong(), draw.aBoolean(), draw.aBoolean()),
        () -> new Message.Vote(FROM, TO, draw.aLong(), draw.aLong(), draw.aLong(), draw.aBoolean()),
        () -> new Message.VoteReply(FROM, TO, draw.aLong(), draw.aBoolean()),
        () ->
            new Message.Append(
                FROM,
                TO,
                draw.aLong(),
                draw.aLong(),
                draw.aLong(),
                draw.aLong(),
                draw.aLong(),
                draw.aLong(),
                draw.list(0, 20, () -> entry(draw))),
        () ->
            new Message.AppendReply(
                FROM,
                TO,
                draw.aLong(),
                draw.aBoolean(),
                draw.aLong(),
                draw.aLong(),
                draw.aBoolean(),
                draw.aBoolean(),
                draw.aLong()),
        () ->
            new Message.SnapshotPiece(
                FROM, TO, draw.aLong(), meta(draw), draw.aLong(), draw.aLong(), data(draw)),
        () ->
            new Message.SnapshotReply(
                FROM, TO, draw.aLong(), draw.aLong(), draw.aLong(), draw.aLong()),
        () -> new Message.TimeoutNow(FROM, TO, draw.aLong()),
        () ->
            new Message.LostEntries(
                FROM, TO, draw.aLong(), draw.aLong(), draw.aLong(), draw.aLong()),
        () -> new Message.ReadIndex(FROM, TO, draw.aLong(), draw.aLong()),
        () -> new Message.ReadIndexReply(FROM, TO, draw.aLong(), draw.aLong(), draw.aLong()),
        () ->
            new Message.Forward(
                FROM,
                TO,
                draw.aLong(),
                draw.aLong(),
                draw.aLong(),
                draw.list(0, 20, () -> proposal(draw))),
        () ->
            new Message.Refused(
                FROM, TO, draw.aLong(), draw.aLong(), draw.aLong(), draw.of(Message.Reason.class)));
  }

  private static Entry entry(Draw draw) {
    return new Entry(
        draw.aLong(),
        draw.aLong(),
        draw.of(Entry.Kind.class),
        draw.aLong(),
        draw.aLong(),
        draw.aLong(),
        data(draw));
  }

  private static Message.Proposal proposal(Draw draw) {
    return new Message.Proposal(draw.aLong(), draw.aBoolean(), data(draw));
  }

  private static SnapshotStore.Meta meta(Draw draw) {
    return new SnapshotStore.Meta(
        draw.aLong(), draw.aLong(), draw.aLong(), membership(draw), draw.aLong(), draw.anInt());
  }

  private static byte[] data(Draw draw) {
    return draw.bytes(0, 200);
  }

  private static Membership membership(Draw draw) {
    return new Membership(
        draw.set(5, () -> draw.anInt(1, 65535)).stream()
            .map(port -> TransportPeer.member(new NodeId("n" + port, port), port))
            .toList());
  }
}
