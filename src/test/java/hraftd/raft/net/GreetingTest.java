package hraftd.raft.net;

import static hraftd.raft.net.TransportPeer.open;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a connection begins, at the end that opens it. */
final class GreetingTest {

  private static final HostPort TO = new HostPort("127.0.0.1", 1);

  /** A peer that is stopped just after it has let somebody in. */
  @Test
  void aWayThatBreaksOffBeforeItIsOpenedIsClosed() throws Exception {
    try (TransportPeer a = open("a");
        Socket socket = new BreaksWhenGreeted()) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), a.transport.port());
      Preamble preamble = new Preamble("cluster", new NodeId("b", 1), a.node);
      assertThrows(
          IOException.class,
          () -> new Greeting(TO, () -> preamble, PortSecurity.NONE).over(socket, address));
      assertTrue(socket.isClosed());
    }
  }

  /** Takes a greeting, and nothing of whoever asks for the way out once more. */
  private static final class BreaksWhenGreeted extends Socket {
    private boolean greeted;

    @Override
    public OutputStream getOutputStream() throws IOException {
      OutputStream out = super.getOutputStream();
      if (greeted) {
        shutdownOutput();
      }
      greeted = true;
      return out;
    }
  }

  /** Its age is compared with that of a rival at the moment when it arrives. */
  @Test
  void whatIsSaidIsAskedForWhenTheWayIsOpen() throws Exception {
    List<Boolean> connected = new ArrayList<>();
    try (TransportPeer a = open("a");
        Socket socket = new Socket()) {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), a.transport.port());
      Preamble preamble = new Preamble("cluster", new NodeId("b", 1), a.node);
      try (PeerConnection made =
          new Greeting(
                  TO,
                  () -> {
                    connected.add(socket.isConnected());
                    return preamble;
                  },
                  PortSecurity.NONE)
              .over(socket, address)) {
        assertEquals(a.node, made.peer());
      }
    }
    assertEquals(List.of(true), connected);
  }
}
