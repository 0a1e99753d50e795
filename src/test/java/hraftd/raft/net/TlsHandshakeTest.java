package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.join;
import static hraftd.raft.net.TransportPeer.joinWith;
import static hraftd.raft.net.TransportPeer.open;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.testing.InMemoryAuthority;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS on the Raft port, with one end played by Java's own sockets. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // A speaker has only to be there.
final class TlsHandshakeTest {

  private static final NodeId PEER = new NodeId("peer", 5);
  private static final InMemoryAuthority AUTHORITY = new InMemoryAuthority("ca");
  private static final SSLContext CONTEXT = AUTHORITY.context("127.0.0.1");

  private static TransportPeer node() throws IOException {
    return open("a", new PortSecurity(PortSecrets.NONE, ChangingTls.alone(CONTEXT)));
  }

  private static SSLSocket socket(TransportPeer to, SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", to.transport.port());
  }

  private static RawPeer greet(TransportPeer to, SSLContext context) throws IOException {
    RawPeer peer = RawPeer.over(socket(to, context));
    peer.out.write(new Preamble("cluster", PEER, to.node).encode());
    return peer;
  }

  @Test
  void aStrangerNeedsACertificateOfTheAuthorityAndNoName() throws Exception {
    try (TransportPeer a = node()) {
      join(a);
      try (RawPeer stranger = greet(a, AUTHORITY.context("elsewhere"))) {
        assertEquals(Verdict.Reason.ADMITTED, stranger.verdict().reason());
        stranger.send(new Message.PreVote(PEER, a.node, 1, 3, 1, 0));
        eventually("it is heard", () -> !a.received.isEmpty());
      }
    }
  }

  @Test
  void aMemberNeedsTheNameOfItsHost() throws Exception {
    try (TransportPeer a = node()) {
      joinWith(a, PEER, 1);
      try (RawPeer stranger = greet(a, AUTHORITY.context("elsewhere"))) {
        assertEquals(new Verdict(Verdict.Reason.OTHER_HOST, "127.0.0.1"), stranger.verdict());
      }
      try (RawPeer member = greet(a, CONTEXT)) {
        assertEquals(Verdict.Reason.ADMITTED, member.verdict().reason());
      }
    }
  }

  /** Whatever it names: as a stranger, as a member, and before it is asked for the secret. */
  @Test
  void aClientsCertificateIsNoNodes() throws Exception {
    Verdict refused = new Verdict(Verdict.Reason.CLIENTS_ALONE, "");
    for (PortSecrets secrets : List.of(PortSecrets.NONE, SharedSecrets.of("x"))) {
      try (TransportPeer a = open("a", new PortSecurity(secrets, ChangingTls.alone(CONTEXT)))) {
        for (String host : List.of("elsewhere", "127.0.0.1")) {
          try (RawPeer joining = greet(a, AUTHORITY.clientContext(host))) {
            assertEquals(refused, joining.verdict());
            assertTrue(joining.closedByOther());
          }
        }
        joinWith(a, PEER, 1);
        try (RawPeer member = greet(a, AUTHORITY.clientContext("127.0.0.1"))) {
          assertEquals(refused, member.verdict());
          assertTrue(member.closedByOther());
        }
        assertFalse(a.log.with("member peer@5: the certificate that peer has shown").isEmpty());
      }
    }
  }

  @Test
  void whoShowsNoCertificateIsToldSo() throws Exception {
    try (TransportPeer a = node();
        RawPeer raw = RawPeer.over(socket(a, AUTHORITY.trustAlone()))) {
      IOException told = assertThrows(SSLException.class, raw::verdict);
      assertTrue(String.valueOf(told.getMessage()).contains("alert"), told.toString());
      eventually("it is logged", () -> !a.log.with("Empty client certificate chain").isEmpty());
    }
  }

  @Test
  void olderTlsIsNotSpoken() throws Exception {
    try (TransportPeer a = node();
        SSLSocket socket = socket(a, CONTEXT)) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThrows(SSLException.class, socket::startHandshake);
    }
  }

  /** Pieces of snapshots, batches of entries, while the other direction is busy too. */
  @Test
  void longFramesGoBothWaysAtOnce() throws Exception {
    Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[4 << 20]);
    try (TransportPeer a = node();
        TransportPeer b =
            open("b", new PortSecurity(PortSecrets.NONE, ChangingTls.alone(CONTEXT)))) {
      join(a, b);
      eventually(
          "they are connected",
          () -> {
            a.sendNumbers(b, 0, 1);
            b.sendNumbers(a, 0, 1);
            return !a.received.isEmpty() && !b.received.isEmpty();
          });
      for (int i = 1; i <= 5; i++) {
        int round = i;
        Message forth = new Message.Append(a.node, b.node, 1, 0, 0, 0, 0, i, List.of(entry));
        Message back = new Message.Append(b.node, a.node, 1, 0, 0, 0, 0, i, List.of(entry));
        a.send(forth);
        b.send(back);
        eventually("both arrive", () -> appends(a) == round && appends(b) == round);
      }
      assertTrue(a.down.isEmpty() && b.down.isEmpty());
    }
  }

  private static long appends(TransportPeer to) {
    return to.received.stream().filter(Message.Append.class::isInstance).count();
  }

  private static List<String> threadsOf(NodeId peer) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            name -> name.equals("raft-to-" + peer.id()) || name.equals("raft-from-" + peer.id()))
        .toList();
  }

  /** As without TLS: nobody waits for one who does not read, to say good-bye. */
  @Test
  void itIsClosedThoughThePeerDoesNotRead() throws Exception {
    try (TransportPeer a = node();
        ServerSocket server = CONTEXT.getServerSocketFactory().createServerSocket(0)) {
      joinWith(a, PEER, server.getLocalPort());
      try (Speaker speaker = new Speaker(a, PEER);
          RawPeer peer = RawPeer.admit(server)) {
        Entry entry = new Entry(1, 1, Entry.Kind.COMMAND, 1, 1, 1, new byte[8 << 20]);
        a.send(new Message.Append(a.node, PEER, 1, 0, 0, 0, 0, 1, List.of(entry)));
        eventually("it waits for the peer", () -> a.transport.queuedBytes(PEER) > 0);
        a.stop();
        assertEquals(List.of(), threadsOf(PEER));
        assertFalse(peer.socket.isClosed());
      }
    }
  }
}
