package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import hraftd.raft.NodeId;
import hraftd.testing.Property;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final NodeId SELF = new NodeId("2", 0xa);

  private static String explain(String clusterId, NodeId from, NodeId to) {
    Preamble asked = new Preamble(clusterId, from, to);
    return Verdict.of(asked, "X", SELF).explain(asked, "it");
  }

  @Test
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

  @Test
  void whateverIsSaidOfTwoProcessesIsSaidOnce() {
    Preamble asked = new Preamble("X", new NodeId("1", 1), SELF);
    String end =
        ": was a data directory copied, or a machine cloned? Stop the one that is wrong and empty"
            + " its directory";
    assertEquals(
        "two processes are member 1" + end,
        new Verdict(Verdict.Reason.CLAIMED_TWICE, "").explain(asked, "it"));
    assertEquals(
        "two processes are member 1, the older one at a:1, the newer one, which is refused, at b:2"
            + " c:3"
            + end,
        new Verdict(Verdict.Reason.CLAIMED_TWICE, "a:1 b:2 c:3").explain(asked, "it"));
  }

  @Test
  void verdictsComeBack() {
    Property.holds(
        draw -> {
          Verdict verdict = new Verdict(draw.of(Verdict.Reason.class), draw.wholeText(50));
          assertEquals(verdict, Verdict.decode(verdict.encode()));
        });
  }

  /** A proof is over its bytes, which the other end has from what it has read. */
  @Test
  void aDetailThatIsTooLongIsCutBetweenCharacters() {
    assertIsCutTo(63, "\ud83d\ude00".repeat(64));
    assertIsCutTo(85, "\u20ac".repeat(128));
    assertIsCutTo(85, "n" + "\u20ac".repeat(127));
    assertIsCutTo(128, "n" + "\u00e9".repeat(200));
    assertIsCutTo(255, "n".repeat(256));
  }

  private static void assertIsCutTo(int characters, String id) {
    byte[] bytes = new Verdict(Verdict.Reason.OTHER_MEMBER, id).encode();
    assertEquals(Verdict.HEADER_BYTES + Verdict.detailBytes(bytes), bytes.length);
    Verdict read = Verdict.decode(bytes);
    assertEquals(id.substring(0, id.offsetByCodePoints(0, characters)), read.detail());
    assertArrayEquals(bytes, read.encode());
  }

  @Test
  void preamblesComeBack() {
    Property.holds(
        draw -> {
          String id = draw.of("n", "node-1", "\u00e9", "n".repeat(128));
          NodeId from = new NodeId(id, draw.aLong());
          Preamble plain = new Preamble(draw.wholeText(100), from, SELF);
          Duration age = Duration.ofMillis(draw.anInt(0, Integer.MAX_VALUE));
          Claim claim = new Claim(draw.aLong(), age, draw.anInt(1, 65_535));
          ProofOffer offer = new ProofOffer(draw.of(true, false), Nonce.fresh());
          Preamble preamble = draw.of(plain, plain.by(claim), plain.by(claim).offering(offer));
          byte[] bytes = preamble.encode();
          assertEquals(bytes.length - Preamble.HEADER_BYTES, Preamble.bodyBytes(bytes));
          assertEquals(preamble, decode(bytes));
          bytes[draw.anInt(0, bytes.length - 1)] ^= (byte) (1 << draw.anInt(0, 7));
          assertThrows(IllegalArgumentException.class, () -> decode(bytes));
        });
  }

  @Test
  void aClaimThatCannotBeTrueIsRefused() {
    Duration age = Claim.MAX_AGE;
    Preamble plain = new Preamble("X", new NodeId("1", 1), SELF);
    Preamble oldest = plain.by(new Claim(1, age, 1));
    assertEquals(oldest, decode(oldest.encode()));
    for (Claim claim :
        List.of(
            new Claim(1, Duration.ofMillis(-1), 1),
            new Claim(1, age.plusMillis(1), 1),
            new Claim(1, age, 0))) {
      byte[] bytes = plain.by(claim).encode();
      assertThrows(IllegalArgumentException.class, () -> decode(bytes), claim.toString());
    }
  }

  private static Preamble decode(byte[] bytes) {
    int header = Preamble.HEADER_BYTES;
    return Preamble.decode(
        Arrays.copyOf(bytes, header), Arrays.copyOfRange(bytes, header, bytes.length));
  }

  @Test
  void garbageThrowsNothingElse() {
    Property.holds(
        draw -> {
          byte[] garbage = draw.bytes(0, 100);
          try {
            Preamble.decode(new byte[Preamble.HEADER_BYTES], garbage);
          } catch (IllegalArgumentException e) {
            // Nothing else may be thrown.
          }
        });
  }

  @Test
  void anUnknownReasonIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Verdict.decode(new byte[] {99, 0}));
    assertThrows(IllegalArgumentException.class, () -> Verdict.decode(new byte[] {-1, 0}));
  }
}
