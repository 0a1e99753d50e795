package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MembershipCodecTest {
  private static final Membership THREE =
      new Membership(
          List.of(
              member("c", -1, "", true),
              member("knoten-ä", 7, "::1", false),
              member("a", Long.MIN_VALUE, "10.0.0.1", true)));

  @Test
  void whatIsEncodedIsDecoded() {
    assertEquals(THREE, MembershipCodec.decode(MembershipCodec.encode(THREE)));
    assertEquals(
        Membership.EMPTY, MembershipCodec.decode(MembershipCodec.encode(Membership.EMPTY)));
  }

  @Test
  void whoWasRemovedIsKeptUpToABoundAndLeftOutForOlderNodes() {
    Membership two = THREE.removing("a");
    assertEquals(two, MembershipCodec.decode(MembershipCodec.encode(two)));
    assertEquals(2, MembershipCodec.encode(two)[0]);
    assertTrue(two.wasRemoved(new NodeId("a", Long.MIN_VALUE)));
    assertFalse(two.wasRemoved(new NodeId("a", 1)));
    assertEquals(1, MembershipCodec.encode(two.withoutPast())[0]);
    Membership many = THREE;
    for (int i = 0; i < Membership.MAX_REMOVED + 5; i++) {
      many = many.with(member("x", i, "h", true)).removing("x");
    }
    assertEquals(many, MembershipCodec.decode(MembershipCodec.encode(many)));
    assertEquals(Membership.MAX_REMOVED, many.removed().size());
    assertFalse(many.wasRemoved(new NodeId("x", 0)), "the oldest are forgotten");
    assertTrue(many.wasRemoved(new NodeId("x", 5)));
  }

  @Test
  void whoIsReplacedIsKeptAsLongAsBothAreMembers() {
    NodeId by = new NodeId("knoten-ä", 7);
    NodeId replaced = new NodeId("a", Long.MIN_VALUE);
    Membership both = THREE.replacing(by, replaced);
    assertEquals(Map.of(by, replaced), both.replacements());
    assertEquals(both, MembershipCodec.decode(MembershipCodec.encode(both)));
    assertEquals(2, MembershipCodec.encode(both)[0]);
    assertEquals(THREE, both.withoutPast());
    assertEquals(
        Map.of(by, replaced), both.removing("c").with(both.members().get(0)).replacements());
    assertEquals(Map.of(), both.removing("a").replacements());
    assertEquals(Map.of(), both.removing(by.id()).replacements());
    assertEquals(Map.of(), THREE.replacing(by, by).replacements());
    assertEquals(Map.of(), THREE.replacing(by, new NodeId("a", 1)).replacements());
  }

  @Test
  void everyCutOffAndEveryLongerFormIsRefused() {
    Membership past = THREE.removing("a").replacing(new NodeId("c", -1), new NodeId("knoten-ä", 7));
    byte[] bytes = MembershipCodec.encode(past);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(IllegalArgumentException.class, () -> MembershipCodec.decode(cut));
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(IllegalArgumentException.class, () -> MembershipCodec.decode(longer));
  }

  @Test
  void noisyBytesGiveAMembershipOrAnIllegalArgument() {
    Random random = new Random(1);
    byte[] bytes =
        MembershipCodec.encode(THREE.replacing(new NodeId("c", -1), new NodeId("knoten-ä", 7)));
    for (int i = 0; i < 5000; i++) {
      byte[] noisy = bytes.clone();
      noisy[random.nextInt(noisy.length)] = (byte) random.nextInt();
      try {
        Membership read = MembershipCodec.decode(noisy);
        assertEquals(read, MembershipCodec.decode(MembershipCodec.encode(read)));
      } catch (IllegalArgumentException expected) {
        assertTrue(String.valueOf(expected.getMessage()).startsWith("membership: "));
      }
    }
  }

  @Test
  void aMembershipThatCannotBeDecodedIsNotEncoded() {
    Membership longId = new Membership(List.of(member("x".repeat(400), 1, "h", true)));
    assertThrows(IllegalArgumentException.class, () -> MembershipCodec.encode(longId));
    Membership longHost = new Membership(List.of(member("x", 1, "h".repeat(256), true)));
    assertThrows(IllegalArgumentException.class, () -> MembershipCodec.encode(longHost));
    Membership twice =
        new Membership(List.of(member("x", 1, "h", true), member("x", 2, "h", true)));
    byte[] bytes = MembershipCodec.encode(twice);
    assertThrows(IllegalArgumentException.class, () -> MembershipCodec.decode(bytes));
  }

  @Test
  void theFormatDoesNotChange() {
    byte[] expected = {
      1, 0, 1, 0, 1, 'a', 0, 0, 0, 0, 0, 0, 0, 5, 0, 1, 'h', 0x1f, (byte) 0x90, 0, 1, 'h', 0, 80, 1
    };
    Member member =
        new Member(new NodeId("a", 5), new HostPort("h", 8080), new HostPort("h", 80), true);
    assertArrayEquals(expected, MembershipCodec.encode(new Membership(List.of(member))));
  }

  private static Member member(String id, long incarnation, String host, boolean voter) {
    return new Member(
        new NodeId(id, incarnation), new HostPort(host, 65535), new HostPort(host, 1), voter);
  }
}
