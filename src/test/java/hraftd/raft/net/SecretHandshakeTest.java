package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.joinWith;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The proof of the secret, byte by byte, with one end played by hand. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // A speaker has only to be there; a relay is closed early.
final class SecretHandshakeTest {

  private static final NodeId PEER = new NodeId("peer", 5);
  private static final Claim CLAIM = new Claim(1, Duration.ofMinutes(1), 1111);
  private static final byte[] SECRET = SharedSecrets.bytes("x");
  private static final Verdict UNPROVEN = new Verdict(Verdict.Reason.UNPROVEN, "");

  private static TransportPeer strict() throws IOException {
    return open("a", SharedSecrets.of("x"));
  }

  private static Preamble offering(Preamble preamble) {
    return preamble.by(CLAIM).offering(new ProofOffer(/* required= */ true, Nonce.fresh()));
  }

  private static Preamble toNode(TransportPeer node) {
    return offering(new Preamble("cluster", PEER, node.node));
  }

  private static Nonce challenge(RawPeer raw) throws IOException {
    Verdict verdict = raw.verdict();
    assertEquals(Verdict.Reason.CHALLENGE, verdict.reason());
    return new Nonce(verdict.detail());
  }

  /** Preambles of which each would get another answer if it were looked at. */
  private static List<Preamble> stories(TransportPeer a) {
    return List.of(
        new Preamble("cluster", PEER, a.node),
        new Preamble("other", PEER, a.node),
        new Preamble("cluster", PEER, new NodeId("other", 1)),
        new Preamble("cluster", PEER, new NodeId("a", 1)),
        new Preamble("cluster", a.node, a.node),
        new Preamble("cluster", PEER, a.node, new FormatRange(200, 201)));
  }

  @Test
  void whoOffersNoProofLearnsThatThereIsASecretAndNothingElse() throws Exception {
    try (TransportPeer a = strict()) {
      for (Preamble story : stories(a)) {
        try (RawPeer raw = RawPeer.greet(a.transport.port(), story)) {
          assertEquals(UNPROVEN, raw.verdict());
          assertTrue(raw.closedByOther());
        }
      }
    }
  }

  @Test
  void whoProvesNothingLearnsNothingElse() throws Exception {
    try (TransportPeer a = strict()) {
      for (Preamble story : stories(a)) {
        try (RawPeer raw = RawPeer.greet(a.transport.port(), offering(story))) {
          Nonce unused = challenge(raw);
          raw.out.write(new byte[SecretProof.BYTES]);
          assertEquals(UNPROVEN, raw.verdict());
          assertTrue(raw.closedByOther());
        }
      }
      assertEquals(List.of(), a.transport.rivals());
    }
  }

  @Test
  void whoHasProvedItIsToldTheVerdictAndThatTheOtherEndKnowsTheSecretToo() throws Exception {
    try (TransportPeer a = strict()) {
      for (Preamble story : stories(a)) {
        Preamble greeting = offering(story);
        try (RawPeer raw = RawPeer.greet(a.transport.port(), greeting)) {
          Nonce challenge = challenge(raw);
          raw.out.write(SecretProof.ofOpener(SECRET, greeting.encode(), challenge));
          Verdict verdict = raw.verdict();
          assertEquals(Verdict.of(story, "cluster", a.node), verdict);
          assertArrayEquals(
              SecretProof.ofListener(SECRET, greeting.encode(), challenge, verdict.encode()),
              raw.in.readNBytes(SecretProof.BYTES));
        }
      }
    }
  }

  /** Nothing of what is proved may be another's. */
  @Test
  void aProofIsGoodForOneGreetingOneChallengeAndOneDirection() throws Exception {
    try (TransportPeer a = strict()) {
      Preamble greeting = toNode(a);
      Preamble other = offering(new Preamble("cluster", new NodeId("another", 5), a.node));
      Nonce late = Nonce.fresh();
      for (byte[] proof :
          List.of(
              SecretProof.ofOpener(SECRET, other.encode(), late),
              SecretProof.ofOpener(SECRET, toNode(a).encode(), late),
              SecretProof.ofOpener(SECRET, greeting.encode(), Nonce.fresh()),
              SecretProof.ofOpener(SharedSecrets.bytes("y"), greeting.encode(), late),
              SecretProof.ofListener(SECRET, greeting.encode(), late, new byte[0]))) {
        assertFalse(
            SecretProof.equal(proof, SecretProof.ofOpener(SECRET, greeting.encode(), late)));
        try (RawPeer raw = RawPeer.greet(a.transport.port(), greeting)) {
          assertNotEquals(late, challenge(raw));
          raw.out.write(proof);
          assertEquals(UNPROVEN, raw.verdict());
        }
      }
    }
  }

  @Test
  void halfAProofIsDroppedAsHalfAGreetingIs() throws Exception {
    try (TransportPeer a = strict();
        RawPeer raw = RawPeer.greet(a.transport.port(), toNode(a))) {
      raw.socket.setSoTimeout(40_000); // Longer than such a node waits.
      Nonce unused = challenge(raw);
      raw.out.write(new byte[SecretProof.BYTES - 1]);
      assertTrue(raw.closedByOther());
    }
  }

  @Test
  void aRecordedOpenerIsRefused() throws Exception {
    try (TransportPeer a = strict();
        RecordingRelay relay = new RecordingRelay(a.transport.port());
        TransportPeer b = open("b", SharedSecrets.of("x"))) {
      joinWith(b, a.node, relay.port());
      eventually(
          "it is heard, over the relay",
          () -> {
            b.sendNumbers(a, 1, 2);
            return !a.received.isEmpty();
          });
      byte[] recorded = relay.openersBytes();
      b.stop();
      relay.close();
      a.received.clear();
      try (RawPeer raw = RawPeer.connect(a.transport.port())) {
        raw.out.write(recorded);
        Nonce unused = challenge(raw);
        assertEquals(UNPROVEN, raw.verdict());
      }
      assertTrue(a.received.isEmpty());
    }
  }

  /** What is not proved is not believed, and nothing is said to it. */
  private static void assertNothingIsSaidTo(byte[] answers, int proofs, String why)
      throws Exception {
    try (TransportPeer a = strict();
        ServerSocket server = TransportPeer.listener()) {
      joinWith(a, PEER, server.getLocalPort());
      try (Speaker speaker = new Speaker(a, PEER);
          RawPeer raw = RawPeer.accept(server)) {
        Preamble unused = greeting(raw);
        raw.out.write(answers);
        raw.in.readNBytes(proofs * SecretProof.BYTES);
        assertTrue(raw.closedByOther());
        eventually("it says why", () -> !a.log.with("does not talk to peer").isEmpty());
      }
      assertTrue(a.log.with("does not talk to peer").get(0).endsWith(why));
      assertEquals(List.of(), a.transport.rivals());
      assertTrue(a.failures.isEmpty());
    }
  }

  /** Takes the greeting in. */
  private static Preamble greeting(RawPeer raw) throws IOException {
    byte[] header = raw.in.readNBytes(Preamble.HEADER_BYTES);
    return Preamble.decode(header, raw.in.readNBytes(Preamble.bodyBytes(header)));
  }

  @Test
  void whoLetsANodeInWithoutAProofIsNotTalkedTo() throws Exception {
    for (Verdict verdict :
        List.of(
            new Verdict(Verdict.Reason.ADMITTED, FormatRange.OWN.toString()),
            new Verdict(Verdict.Reason.CLAIMED_TWICE, "a:1 b:2"))) {
      assertNothingIsSaidTo(verdict.encode(), 0, "it asks for no proof of the secret (-auth)");
    }
  }

  @Test
  void whoDoesNotKnowTheSecretIsNotTalkedTo() throws Exception {
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    answers.writeBytes(new Verdict(Verdict.Reason.CHALLENGE, Nonce.fresh().hex()).encode());
    answers.writeBytes(new Verdict(Verdict.Reason.ADMITTED, FormatRange.OWN.toString()).encode());
    answers.writeBytes(new byte[SecretProof.BYTES]);
    assertNothingIsSaidTo(answers.toByteArray(), 1, "it does not know the secret (-auth)");
  }

  @Test
  void whoIsAnotherMemberSaysSoAlsoIfItsIdIsTooLongForTheAnswer() throws Exception {
    try (TransportPeer a = strict();
        TransportPeer b = open("\ud83d\ude00".repeat(64), SharedSecrets.of("x"));
        Speaker speaker = new Speaker(a, PEER)) {
      joinWith(a, PEER, b.transport.port());
      eventually("it is refused", () -> !a.log.with("peer").isEmpty());
      assertEquals(
          "refused by peer at 127.0.0.1:"
              + b.transport.port()
              + ": it is member "
              + "\ud83d\ude00".repeat(63)
              + ", not peer: check the members' addresses",
          a.log.with("peer").get(0));
    }
  }

  @Test
  void aRecordedListenerIsNotTalkedTo() throws Exception {
    byte[] recorded;
    try (TransportPeer b = new TransportPeer(PEER, new PortSecurity(SharedSecrets.of("x"), null));
        RecordingRelay relay = new RecordingRelay(b.transport.port());
        TransportPeer a = strict();
        Speaker speaker = new Speaker(a, PEER)) {
      joinWith(a, PEER, relay.port());
      eventually("it is heard, over the relay", () -> !b.received.isEmpty());
      recorded = relay.listenersBytes();
    }
    assertNothingIsSaidTo(recorded, 1, "it does not know the secret (-auth)");
  }

  /** A node of 1.0 is greeted in a layout that has no room for a proof. */
  @Test
  void nobodyFallsBackToANodeThatKnowsNoSecrets() throws Exception {
    try (TransportPeer a = strict();
        ServerSocket server = TransportPeer.listener()) {
      joinWith(a, PEER, server.getLocalPort());
      try (Speaker speaker = new Speaker(a, PEER)) {
        for (int i = 0; i < 3; i++) {
          OldPeer.refuse(server);
        }
      }
    }
  }

  @Test
  void whileTheSecretIsOptionalANodeOfAnOlderVersionIsTalkedTo() throws Exception {
    try (TransportPeer a = open("a", SharedSecrets.optional("x"));
        ServerSocket server = TransportPeer.listener()) {
      joinWith(a, PEER, server.getLocalPort());
      try (Speaker speaker = new Speaker(a, PEER)) {
        OldPeer.refuse(server);
        try (OldPeer old = OldPeer.admit(server)) {
          assertFalse(old.receive().isEmpty());
        }
      }
      Preamble preamble = new Preamble("cluster", PEER, a.node);
      try (OldPeer old = OldPeer.admitted(a.transport.port(), preamble)) {
        old.send(new Message.PreVote(PEER, a.node, 1, 3, 1, 0));
        eventually("it is heard", () -> !a.received.isEmpty());
      }
    }
  }
}
