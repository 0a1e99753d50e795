package hraftd.raft.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** A node of hraftd 1.0 at one end of one connection, played by hand. */
final class OldPeer implements AutoCloseable {
  final Socket socket;
  final DataInputStream in;
  final DataOutputStream out;

  private OldPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** Connects to a node as that version does, and is let in. */
  static OldPeer admitted(int port, Preamble preamble) throws IOException {
    OldPeer peer = new OldPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    peer.out.write(preamble.in(WireFormat.V2).encode());
    assertEquals(0, peer.in.readUnsignedByte(), "admitted");
    assertEquals(0, peer.in.readUnsignedByte(), "no detail, which that version does not expect");
    return peer;
  }

  /** Takes the next connection, whose greeting it does not understand, and says so. */
  static void refuse(ServerSocket server) throws IOException {
    try (OldPeer peer = new OldPeer(server.accept())) {
      byte[] header = peer.in.readNBytes(Preamble.HEADER_BYTES);
      assertTrue(Preamble.layout(header) > 2, "the newest is tried first");
      peer.out.write(new byte[] {4, 1, '2'});
    }
  }

  /** Takes the next connection, whose greeting it has to understand. */
  static OldPeer admit(ServerSocket server) throws IOException {
    OldPeer peer = new OldPeer(server.accept());
    byte[] header = peer.in.readNBytes(Preamble.HEADER_BYTES);
    assertEquals(2, Preamble.layout(header));
    Preamble.decode(header, peer.in.readNBytes(Preamble.bodyBytes(header)));
    peer.out.write(new byte[] {0, 0});
    return peer;
  }

  /** Sends messages in one frame, which is a length and a body. */
  void send(Message... messages) throws IOException {
    WireWriter body = new WireWriter();
    MessageCodec.encode(List.of(messages), WireFormat.V2, body);
    out.writeInt(body.size());
    out.write(body.array(), 0, body.size());
  }

  /** Begins the longest frame, and does not end it. */
  void sendHalf() throws IOException {
    out.writeInt(FrameReader.MAX_FRAME_BYTES);
    out.write(new byte[100_000]);
  }

  /** The messages of the next frame. */
  List<Message> receive() throws IOException {
    int length = in.readInt();
    assertTrue(length > 0, "a frame without a body closes the connection");
    return MessageCodec.decode(in.readNBytes(length), WireFormat.V2);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
