package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.joinWith;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.ClaimedTwiceException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two processes that say that they are the same node. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CopiedNodeTest {
  private static final NodeId MEMBER = new NodeId("member", 1);
  private static final Claim OLDER = new Claim(1, Duration.ofMinutes(2), 1111);
  private static final Claim NEWER = new Claim(2, Duration.ofMinutes(1), 2222);

  private static RawPeer greet(TransportPeer to, Claim claim) throws IOException {
    return RawPeer.greet(to.transport.port(), new Preamble("cluster", MEMBER, to.node).by(claim));
  }

  private static Verdict verdict(TransportPeer by, Claim claim) throws IOException {
    try (RawPeer peer = greet(by, claim)) {
      return peer.verdict();
    }
  }

  private static void speak(RawPeer peer, TransportPeer to) throws IOException {
    peer.send(new Message.ReadIndex(MEMBER, to.node, 1, 1));
  }

  /** A process of the member that counts. */
  private static RawPeer heard(TransportPeer by, Claim claim) throws IOException {
    RawPeer peer = greet(by, claim);
    assertEquals(Verdict.Reason.ADMITTED, peer.verdict().reason());
    speak(peer, by);
    eventually("it is heard", () -> !by.received.isEmpty());
    return peer;
  }

  @Test
  void theNewerIsRefusedWhileTheOlderSpeaks() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      try (RawPeer original = heard(a, OLDER)) {
        eventually(
            "the copy is refused",
            () -> {
              speak(original, a);
              return verdict(a, NEWER)
                  .equals(
                      new Verdict(Verdict.Reason.CLAIMED_TWICE, "127.0.0.1:1111 127.0.0.1:2222"));
            });
        assertEquals(
            List.of(
                "two processes are member member, the older one at 127.0.0.1:1111, the newer one,"
                    + " which is refused, at 127.0.0.1:2222: was a data directory copied, or a"
                    + " machine cloned? Stop the one that is wrong and empty its directory"),
            a.transport.rivals());
        original.socket.setSoTimeout(100);
        assertFalse(original.closedByOther());
        a.received.clear();
        speak(original, a);
        eventually("the original is still heard", () -> !a.received.isEmpty());
      }
    }
  }

  @Test
  void whatStrangersSayOfThemselvesIsNotTold() throws Exception {
    try (TransportPeer a = open("a")) { // It knows no members.
      try (RawPeer original = heard(a, OLDER)) {
        eventually(
            "the copy is refused",
            () -> {
              speak(original, a);
              return verdict(a, NEWER).reason() == Verdict.Reason.CLAIMED_TWICE;
            });
        assertEquals(List.of(), a.transport.rivals());
      }
    }
  }

  @Test
  void theOlderIsLetIn() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      try (RawPeer copy = heard(a, NEWER)) {
        speak(copy, a);
        assertEquals(Verdict.Reason.ADMITTED, verdict(a, OLDER).reason());
        assertTrue(a.transport.rivals().isEmpty());
      }
    }
  }

  @Test
  void soIsTheSameProcessAgainAndWhoSaysNothingOfItself() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      try (RawPeer original = heard(a, OLDER)) {
        speak(original, a);
        Claim later = new Claim(OLDER.process(), Duration.ofMinutes(1), OLDER.port());
        assertEquals(Verdict.Reason.ADMITTED, verdict(a, later).reason());
        RawPeer.admitted(MEMBER, a).close();
      }
    }
  }

  @Test
  void whoIsSilentIsNoRival() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      try (RawPeer silent = heard(a, OLDER)) {
        eventually(
            "a restart is let in", () -> verdict(a, NEWER).reason() == Verdict.Reason.ADMITTED);
        a.received.clear();
        speak(silent, a);
        eventually("a greeting alone has not closed it", () -> !a.received.isEmpty());
      }
    }
  }

  /** Tried until it went too quickly for silence to be the reason. */
  @Test
  void whoIsGoneIsNoRivalAtOnce() throws Exception {
    try (TransportPeer a = open("a")) {
      joinWith(a, MEMBER, 1);
      eventually(
          "a restart is let in before the one before it counts as silent",
          () -> {
            a.received.clear();
            RawPeer gone = heard(a, OLDER);
            long spokeAt = System.nanoTime();
            speak(gone, a);
            gone.close();
            eventually("let in", () -> verdict(a, NEWER).reason() == Verdict.Reason.ADMITTED);
            return System.nanoTime() - spokeAt < IncomingConnections.ALIVE.toNanos();
          });
    }
  }

  @Test
  void theCopyEndsAndTheOriginalGoesOn() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer original = open("b")) {
      join(a, original);
      Membership members = new Membership(List.of(a.member(), original.member()));
      try (TransportPeer copy = open("b")) {
        copy.onRaftThread(() -> copy.transport.members(members));
        original.sendNumbers(a, 0, 1);
        eventually("the original is heard", () -> !a.received.isEmpty());
        eventually(
            "the copy ends",
            LONG,
            () -> {
              original.sendNumbers(a, 0, 1);
              copy.sendNumbers(a, 0, 1);
              return assertInstanceOf(ClaimedTwiceException.class, copy.failures.peek());
            });
        String text = String.valueOf(copy.failures.element().getMessage());
        for (TransportPeer each : List.of(original, copy)) {
          assertTrue(text.contains("127.0.0.1:" + each.transport.port()), text);
        }
        assertEquals(List.of(text), copy.transport.rivals());
        assertTrue(original.failures.isEmpty());
      }
    }
  }
}
