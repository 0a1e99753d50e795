package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes to a node of hraftd 1.0 has the bytes that its document of the formats has. */
class OlderFormatTest {

  private static final NodeId NODE_1 = new NodeId("node1", 0x0a0b0c0d0e0f0102L);
  private static final NodeId NODE_2 = new NodeId("node2", 0x2122232425262728L);
  private static final Preamble PREAMBLE = new Preamble("c1", NODE_1, NODE_2);

  private static byte[] old(Message message) {
    WireWriter out = new WireWriter();
    Frame.begin(out, WireFormat.V2);
    MessageCodec.encode(List.of(message), WireFormat.V2, out);
    Frame.finish(out, WireFormat.V2);
    return out.toByteArray();
  }

  private static Message decode(byte[] frame) {
    byte[] body = Arrays.copyOfRange(frame, Integer.BYTES, frame.length);
    return MessageCodec.decode(body, WireFormat.V2).get(0);
  }

  private static Preamble decodePreamble(byte[] bytes) {
    int header = Preamble.HEADER_BYTES;
    return Preamble.decode(
        Arrays.copyOf(bytes, header), Arrays.copyOfRange(bytes, header, bytes.length));
  }

  @Test
  void itsGreeting() {
    byte[] greeting = PREAMBLE.in(WireFormat.V2).encode();
    assertEquals(
        "68726674"
            + "02"
            + "001f"
            + "026331"
            + "056e6f646531"
            + "0a0b0c0d0e0f0102"
            + "056e6f646532"
            + "2122232425262728",
        HexFormat.of().formatHex(greeting));
    assertEquals(PREAMBLE.in(WireFormat.V2), decodePreamble(greeting));
    assertEquals("", Verdict.of(PREAMBLE.in(WireFormat.V2), "c1", NODE_2).detail());
  }

  @Test
  void itsFrames() {
    byte[] frame = old(new Message.AppendReply(NODE_2, NODE_1, 2, true, 300, 7, true));
    assertEquals(
        "00000023"
            + "02"
            + "056e6f646532"
            + "2122232425262728"
            + "056e6f646531"
            + "0a0b0c0d0e0f0102"
            + "05"
            + "02"
            + "01"
            + "ac02"
            + "07",
        HexFormat.of().formatHex(frame));
    assertEquals(new Message.AppendReply(NODE_2, NODE_1, 2, true, 300, 7), decode(frame));
  }

  @Test
  @SuppressWarnings("EnumOrdinal") // The order is part of the format.
  void refusalsThatItDoesNotKnowAreThoseItDoes() {
    for (Message.Reason reason : Message.Reason.values()) {
      Message told = decode(old(new Message.Refused(NODE_1, NODE_2, 2, 1, 1, reason)));
      Message.Reason known =
          switch (reason) {
            case DISK_FULL, MEMORY_FULL -> Message.Reason.DISK_FULL;
            case OVERLOADED, UNKNOWN_COMMAND -> Message.Reason.OVERLOADED;
          };
      assertEquals(new Message.Refused(NODE_1, NODE_2, 2, 1, 1, known), told);
    }
    byte[] frame = old(new Message.Refused(NODE_1, NODE_2, 2, 1, 1, Message.Reason.OVERLOADED));
    frame[frame.length - 1] = (byte) Message.Reason.MEMORY_FULL.ordinal();
    assertThrows(IllegalArgumentException.class, () -> decode(frame));
  }

  @Test
  void itsLeaderSaysNothingOfFormats() {
    Message.Append append =
        new Message.Append(
            NODE_1, NODE_2, 2, 0, 0, 0, 0, 1, List.of(), /* commonFormat= */ WireFormat.V3);
    assertEquals(
        new Message.Append(NODE_1, NODE_2, 2, 0, 0, 0, 0, 1, List.of(), WireFormat.V2),
        decode(old(append)));
  }

  /** What a later version adds to its greeting is passed over, but for the checksum. */
  @Test
  void aGreetingOfALaterVersionIsUnderstood() {
    Preamble later = new Preamble("c1", NODE_1, NODE_2, new FormatRange(3, 9));
    assertEquals(later, decodePreamble(later.encode()));
    assertEquals(WireFormat.V4, later.formats().common());
    Preamble tooLate = new Preamble("c1", NODE_1, NODE_2, new FormatRange(8, 9));
    Verdict verdict = Verdict.of(tooLate, "c1", NODE_2);
    assertEquals(Verdict.Reason.UNKNOWN_FORMAT, verdict.reason());
    assertEquals(
        "it speaks wire format 2-4, this node 8-9: their versions are too far apart",
        verdict.explain(tooLate, "it"));
  }

  @Test
  void aRefusalSaysWhatIsUnderstood() {
    Verdict old = new Verdict(Verdict.Reason.UNKNOWN_FORMAT, "2");
    assertEquals(PREAMBLE.in(WireFormat.V2), Greeting.older(PREAMBLE, old));
    assertNull(Greeting.older(PREAMBLE.in(WireFormat.V2), old), "it was said already");
    for (String none : List.of("", "x", "1", "4", "9-8", "4-9", "99999")) {
      assertNull(Greeting.older(PREAMBLE, new Verdict(Verdict.Reason.UNKNOWN_FORMAT, none)), none);
    }
    assertNull(Greeting.older(PREAMBLE, new Verdict(Verdict.Reason.OTHER_CLUSTER, "2")));
  }
}
