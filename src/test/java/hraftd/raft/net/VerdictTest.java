package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.raft.NodeId;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

final class VerdictTest {
  private static final NodeId SELF = new NodeId("2", 0xa);

  private static String explain(String clusterId, NodeId from, NodeId to) {
    Preamble asked = new Preamble(clusterId, from, to);
    return Verdict.of(asked, "X", SELF).explain(asked, "it");
  }

  @Example
  void anOperatorLearnsWhatToDo() {
    NodeId other = new NodeId("1", 1);
    assertEquals("admitted", explain("X", other, SELF));
    assertEquals("it belongs to cluster X, not Y", explain("Y", other, SELF));
    assertEquals(
        "it is member 2, not 3: check the members' addresses",
        explain("X", other, new NodeId("3", 0xa)));
    assertEquals(
        "member 2's data directory was wiped or replaced (incarnation a, expected b):"
            + " remove it and join it again",
        explain("X", other, new NodeId("2", 0xb)));
    assertEquals("it is 2@a itself: was a data directory copied?", explain("X", SELF, SELF));
  }

  @Property
  void verdictsComeBack(
      @ForAll Verdict.Reason reason, @ForAll @StringLength(max = 50) @AlphaChars String detail) {
    Verdict verdict = new Verdict(reason, detail);
    assertEquals(verdict, Verdict.decode(verdict.encode()));
  }

  @Property
  void preamblesComeBack(
      @ForAll @StringLength(max = 100) @AlphaChars String clusterId,
      @ForAll @StringLength(min = 1, max = 128) @AlphaChars String from,
      @ForAll long incarnation) {
    Preamble preamble = new Preamble(clusterId, new NodeId(from, incarnation), SELF);
    byte[] bytes = preamble.encode();
    byte[] body = java.util.Arrays.copyOfRange(bytes, Preamble.HEADER_BYTES, bytes.length);
    assertEquals(body.length, Preamble.bodyBytes(bytes));
    assertEquals(preamble, Preamble.decodeBody(body));
  }

  @Property
  void garbageThrowsNothingElse(@ForAll @Size(max = 100) byte[] garbage) {
    try {
      Preamble.decodeBody(garbage);
    } catch (IllegalArgumentException e) {
      // Nothing else may be thrown.
    }
  }

  @Example
  void anUnknownReasonIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Verdict.decode(new byte[] {99, 0}));
    assertThrows(IllegalArgumentException.class, () -> Verdict.decode(new byte[] {-1, 0}));
  }
}
