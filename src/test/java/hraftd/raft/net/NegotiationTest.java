package hraftd.raft.net;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nodes of two versions talk to each other, and those of one talk as that version does. */
@SuppressWarnings("try") // A speaker has only to be there.
class NegotiationTest {

  private static final NodeId OLD = new NodeId("old", 7);

  @Test
  void anOldNodeIsSpokenToInItsFormatAndTheNewestIsTriedAgainAtEachConnection() throws Exception {
    try (TransportPeer a = TransportPeer.open("a");
        ServerSocket server = TransportPeer.listener()) {
      TransportPeer.joinWith(a, OLD, server.getLocalPort());
      try (Speaker speaker = new Speaker(a, OLD)) {
        for (int i = 0; i < 2; i++) {
          OldPeer.refuse(server);
          try (OldPeer old = OldPeer.admit(server)) {
            // More than one, if its thread had to wait for a processor.
            assertEquals(
                Set.of(new Message.PreVote(a.node, OLD, 1, 3, 1, 0)), Set.copyOf(old.receive()));
            old.send(new Message.PreVoteReply(OLD, a.node, 1, 1, true, false));
            eventually("the answer comes back", () -> !a.received.isEmpty());
            assertEquals(WireFormat.V2, a.transport.said(OLD));
            a.received.clear();
          }
        }
        // The old node has been replaced by one of this version.
        try (RawPeer replaced = RawPeer.admit(server)) {
          replaced.readFrame();
          eventually("it is known", () -> a.transport.said(OLD) == WireFormat.NEWEST);
        }
      }
    }
  }

  @Test
  void anOldNodeIsLetInAndAnsweredInItsFormat() throws Exception {
    try (TransportPeer a = TransportPeer.open("a")) {
      Preamble preamble = new Preamble("cluster", OLD, a.node);
      try (OldPeer old = OldPeer.admitted(a.transport.port(), preamble)) {
        Message vote = new Message.Vote(OLD, a.node, 2, 3, 1, false);
        old.send(vote);
        eventually("it is heard", () -> a.received.contains(vote));
        Message reply = new Message.AppendReply(a.node, OLD, 2, true, 3, 1, /* memoryFull= */ true);
        a.send(reply);
        assertEquals(
            List.of(new Message.AppendReply(a.node, OLD, 2, true, 3, 1, /* memoryFull= */ false)),
            old.receive());
      }
    }
  }

  /** Rules hold in every format: who breaks one is cut off. */
  @Test
  void whatCannotBeTrueIsRefusedFromAnOldNodeToo() throws Exception {
    try (TransportPeer a = TransportPeer.open("a");
        OldPeer old = OldPeer.admitted(a.transport.port(), new Preamble("cluster", OLD, a.node))) {
      old.send(new Message.Vote(OLD, a.node, Message.MAX_TERM + 1, 3, 1, false));
      assertEquals(-1, old.in.read());
      assertTrue(a.received.isEmpty());
    }
  }

  /** Nobody falls back because a peer that is starting, or stopping, hangs up. */
  @Test
  void whoHangsUpIsNotTakenForOld() throws Exception {
    try (TransportPeer a = TransportPeer.open("a");
        ServerSocket server = TransportPeer.listener()) {
      TransportPeer.joinWith(a, OLD, server.getLocalPort());
      try (Speaker speaker = new Speaker(a, OLD)) {
        for (int i = 0; i < 4; i++) {
          try (Socket socket = server.accept()) {
            byte[] header = socket.getInputStream().readNBytes(Preamble.HEADER_BYTES);
            assertEquals(Preamble.LAYOUT, Preamble.layout(header));
          }
        }
      }
    }
  }

  @Test
  void nodesOfThisVersionSpeakTheNewest() throws Exception {
    try (TransportPeer a = TransportPeer.open("a");
        TransportPeer b = TransportPeer.open("b")) {
      assertNull(a.transport.said(b.node), "it has said nothing yet");
      TransportPeer.join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("they know each other", () -> !b.numbers().isEmpty());
      assertEquals(WireFormat.NEWEST, a.transport.said(b.node));
    }
  }
}
