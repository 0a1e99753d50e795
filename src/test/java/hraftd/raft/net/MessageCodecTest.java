package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.SnapshotStore;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class MessageCodecTest {
  private static final NodeId FROM = new NodeId("a", -1);
  private static final NodeId TO = new NodeId("bé", 42);

  /** What decoding may allocate for each byte of a frame: small entries are mostly objects. */
  private static final int BYTES_PER_BYTE = 64;

  /** What decoding may allocate in any case: exceptions with their stacks. */
  private static final int FIXED_BYTES = 64 << 10;

  private static byte[] encode(List<Message> messages) {
    WireWriter out = new WireWriter();
    MessageCodec.encode(messages, out);
    return out.toByteArray();
  }

  @Property
  void everyMessageComesBack(@ForAll("messages") @Size(min = 1, max = 5) List<Message> messages) {
    byte[] frame = encode(messages);
    List<Message> decoded = MessageCodec.decode(frame);
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

  @Property
  void everyTruncationIsRefused(@ForAll("message") Message message, @ForAll int seed) {
    byte[] frame = encode(List.of(message));
    int length = Math.floorMod(seed, frame.length);
    assertThrows(
        IllegalArgumentException.class, () -> MessageCodec.decode(Arrays.copyOf(frame, length)));
  }

  @Property
  void damageIsRefusedOrGivesOtherMessages(
      @ForAll("message") Message message,
      @ForAll int seed,
      @ForAll byte replacement,
      @ForAll @IntRange(min = 1, max = 4) int count) {
    byte[] frame = encode(List.of(message));
    for (int i = 0; i < count; i++) {
      frame[Math.floorMod(seed * (31 * i + 1), frame.length)] = (byte) (replacement + i);
    }
    decodesOrRefuses(frame);
  }

  @Property
  void garbageIsRefused(@ForAll @Size(max = 300) byte[] garbage) {
    decodesOrRefuses(garbage);
    byte[] begun = encode(List.of(new Message.TimeoutNow(FROM, TO, 1)));
    byte[] whole = Arrays.copyOf(begun, begun.length + garbage.length);
    System.arraycopy(garbage, 0, whole, begun.length, garbage.length);
    decodesOrRefuses(whole);
  }

  /** Only an IllegalArgumentException, and little memory. */
  private static void decodesOrRefuses(byte[] frame) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      MessageCodec.decode(frame);
    } catch (IllegalArgumentException e) {
      // As it should be.
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(
        allocated <= FIXED_BYTES + (long) BYTES_PER_BYTE * frame.length,
        allocated + " bytes for " + frame.length);
  }

  @Example
  void hugeCountsAreRefusedBeforeTheyAreAllocated() {
    for (int type = 0; type < 13; type++) {
      WireWriter out = new WireWriter();
      out.putByte(1);
      out.putNode(FROM);
      out.putNode(TO);
      out.putByte(type);
      for (int i = 0; i < 20; i++) {
        out.putVarint(Integer.MAX_VALUE);
      }
      decodesOrRefuses(out.toByteArray());
    }
  }

  @Example
  void otherFormatsAndTypesAreRefused() {
    byte[] frame = encode(List.of(new Message.TimeoutNow(FROM, TO, 1)));
    byte[] otherFormat = frame.clone();
    otherFormat[0]++;
    assertThrows(IllegalArgumentException.class, () -> MessageCodec.decode(otherFormat));
    byte[] otherType = frame.clone();
    otherType[frame.length - 2] = 13;
    assertThrows(IllegalArgumentException.class, () -> MessageCodec.decode(otherType));
  }

  @Example
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

  @Provide
  Arbitrary<List<Message>> messages() {
    return message().list();
  }

  @Provide
  Arbitrary<Message> message() {
    Arbitrary<Long> n = Arbitraries.longs();
    Arbitrary<Boolean> b = Arbitraries.of(true, false);
    Arbitrary<byte[]> data = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    Arbitrary<Entry> entry =
        Combinators.combine(n, n, Arbitraries.of(Entry.Kind.class), n, n, n, data).as(Entry::new);
    Arbitrary<Message.Proposal> proposal =
        Combinators.combine(n, b, data).as(Message.Proposal::new);
    Arbitrary<SnapshotStore.Meta> meta =
        Combinators.combine(n, n, n, membership(), n, Arbitraries.integers())
            .as(SnapshotStore.Meta::new);
    return Arbitraries.oneOf(
        Combinators.combine(n, n, n, n)
            .as((t, i, j, k) -> new Message.PreVote(FROM, TO, t, i, j, k)),
        Combinators.combine(n, n, b, b)
            .as((t, i, x, y) -> new Message.PreVoteReply(FROM, TO, t, i, x, y)),
        Combinators.combine(n, n, n, b).as((t, i, j, x) -> new Message.Vote(FROM, TO, t, i, j, x)),
        Combinators.combine(n, b).as((t, x) -> new Message.VoteReply(FROM, TO, t, x)),
        Combinators.combine(n, n, n, n, n, n, entry.list().ofMaxSize(20))
            .as((t, i, j, k, l, m, e) -> new Message.Append(FROM, TO, t, i, j, k, l, m, e)),
        Combinators.combine(n, b, n, n)
            .as((t, x, i, j) -> new Message.AppendReply(FROM, TO, t, x, i, j)),
        Combinators.combine(n, meta, n, n, data)
            .as((t, m, i, j, d) -> new Message.SnapshotPiece(FROM, TO, t, m, i, j, d)),
        Combinators.combine(n, n, n, n)
            .as((t, i, j, k) -> new Message.SnapshotReply(FROM, TO, t, i, j, k)),
        n.map(t -> new Message.TimeoutNow(FROM, TO, t)),
        Combinators.combine(n, n).as((t, i) -> new Message.ReadIndex(FROM, TO, t, i)),
        Combinators.combine(n, n, n).as((t, i, j) -> new Message.ReadIndexReply(FROM, TO, t, i, j)),
        Combinators.combine(n, n, n, proposal.list().ofMaxSize(20))
            .as((t, i, j, p) -> new Message.Forward(FROM, TO, t, i, j, p)),
        Combinators.combine(n, n, n, Arbitraries.of(Message.Reason.class))
            .as((t, i, j, r) -> new Message.Refused(FROM, TO, t, i, j, r)));
  }

  private static Arbitrary<Membership> membership() {
    return Arbitraries.integers()
        .between(1, 65535)
        .set()
        .ofMaxSize(5)
        .map(
            ports ->
                new Membership(
                    ports.stream()
                        .map(p -> TransportPeer.member(new NodeId("n" + p, p), p))
                        .toList()));
  }
}
