package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.joinWith;
import static hraftd.raft.net.TransportPeer.listener;
import static hraftd.raft.net.TransportPeer.millisUntil;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How soon a node notices that a peer is gone, and how it finds it again. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PeerLossTest {

  @Test
  void aSilentPeerIsConnectedToAgain() throws Exception {
    try (ServerSocket silent = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("silent", 1);
      joinWith(a, peer, silent.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      try (RawPeer first = RawPeer.admit(silent)) {
        for (int i = 0; i < 20; i++) {
          first.readFrame();
          a.send(new Message.TimeoutNow(a.node, peer, 1));
        }
        first.in.readAllBytes();
        a.send(new Message.TimeoutNow(a.node, peer, 1));
        RawPeer.admit(silent).close();
      }
    }
  }

  @Test
  void aPeerThatAnswersIsNotConnectedToAgain() throws Exception {
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("slow", 1);
      joinWith(a, peer, server.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      try (RawPeer first = RawPeer.admit(server)) {
        first.readFrame();
        first.send(new Message.TimeoutNow(peer, a.node, 1));
        eventually("the answer is there", () -> a.received.size() == 1);
        a.send(new Message.TimeoutNow(a.node, peer, 1));
        first.readFrame();
        first.socket.setSoTimeout((int) PeerSender.SILENCE.toMillis() + 1500);
        assertFalse(first.closedByOther());
      }
    }
  }

  @Test
  void aDyingPeerIsDownAtOnce() throws Exception {
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("victim", 1);
      joinWith(a, peer, server.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      RawPeer victim = RawPeer.admit(server);
      victim.readFrame();
      assertTrue(a.down.isEmpty());
      victim.close();
      long millis = millisUntil(() -> eventually("it is down", () -> a.down.contains(peer)));
      // Had nobody seen the end of the connection, then when it is silent for too long.
      assertTrue(millis < PeerSender.SILENCE.toMillis(), millis + " ms");
    }
  }

  @Test
  void aPeerThatResetsItsConnectionIsDownAtOnce() throws Exception {
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      NodeId peer = new NodeId("victim", 1);
      joinWith(a, peer, server.getLocalPort());
      a.send(new Message.TimeoutNow(a.node, peer, 1));
      RawPeer victim = RawPeer.admit(server);
      victim.socket.setSoLinger(true, 0);
      victim.close();
      eventually("it is down", () -> a.down.contains(peer));
    }
  }

  @Test
  void aClosedTransportIsDownForItsPeers() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      b.stop();
      eventually("b is down", () -> a.down.contains(b.node));
    }
  }

  @Test
  void aPeerThatComesBackIsReached() throws Exception {
    try (TransportPeer a = open("a")) {
      TransportPeer b = open("b");
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      int port = b.transport.port();
      b.close();
      eventually("b is down", () -> a.down.contains(b.node));
      try (TransportPeer again =
          new TransportPeer(b.node, "cluster", new HostPort("127.0.0.1", port))) {
        eventually(
            "it is reached",
            () -> {
              a.sendNumbers(b, 7, 8);
              return again.received.size() > 0;
            });
      }
    }
  }

  @Test
  void aMemberThatMovesIsReachedWhereItIs() throws Exception {
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      join(a, b);
      a.sendNumbers(b, 0, 1);
      eventually("connected", () -> b.received.size() == 1);
      try (TransportPeer moved = new TransportPeer(b.node, "cluster", TransportPeer.ANY_PORT)) {
        join(a, moved);
        eventually(
            "it is reached",
            () -> {
              a.sendNumbers(b, 7, 8);
              return moved.received.size() > 0;
            });
        assertEquals(1, b.received.size());
      }
    }
  }

  @Test
  void aDeadPeerCostsFewAttempts() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (ServerSocket server = listener();
        TransportPeer a = open("a")) {
      executor.execute(
          () -> {
            try {
              while (true) {
                server.accept().close();
                attempts.incrementAndGet();
              }
            } catch (IOException e) {
              // The end of the test.
            }
          });
      NodeId peer = new NodeId("dead", 1);
      joinWith(a, peer, server.getLocalPort());
      long millis =
          millisUntil(
              () ->
                  eventually(
                      "several attempts",
                      () -> {
                        a.send(new Message.TimeoutNow(a.node, peer, 1));
                        return attempts.get() >= 5;
                      }));
      // After 0, 50 or 100, 200, 400 and 400 ms.
      assertTrue(millis > 500, "five attempts within " + millis + " ms");
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void aPeerThatSpeaksIsConnectedToSoon() throws Exception {
    int nobody;
    try (ServerSocket closed = listener()) {
      nobody = closed.getLocalPort();
    }
    try (TransportPeer a = open("a");
        TransportPeer b = open("b")) {
      joinWith(a, b.node, nobody);
      eventually(
          "attempts have become rare",
          () -> {
            a.sendNumbers(b, 0, 1);
            return a.down.size() >= 5;
          });
      join(a, b);
      b.sendNumbers(a, 0, 1);
      eventually("b is heard", () -> a.received.size() == 1);
      long millis =
          millisUntil(
              () ->
                  eventually(
                      "it is reached",
                      () -> {
                        a.sendNumbers(b, 7, 8);
                        return b.received.size() > 0;
                      }));
      // Without a word from it the next attempt would come 400 ms after the last.
      assertTrue(millis < 250, millis + " ms");
    }
  }
}
