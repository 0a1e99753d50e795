package hraftd.raft.net;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;

/** The other end of one connection, played by hand. */
public final class RawPeer implements AutoCloseable {
  public final Socket socket;
  final DataInputStream in;
  public final DataOutputStream out;
  private boolean opened;

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    // As a node does: else what is written second waits 40 ms for the first to be acknowledged.
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  /** Connects and says nothing. */
  static RawPeer connect(int port) throws IOException {
    return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** Over a connection that is there. */
  static RawPeer over(Socket socket) throws IOException {
    return new RawPeer(socket);
  }

  /** Connects and greets; see {@link #verdict}. */
  public static RawPeer greet(int port, Preamble preamble) throws IOException {
    RawPeer peer = connect(port);
    peer.out.write(preamble.encode());
    return peer;
  }

  /** Connects as a node that is admitted. */
  public static RawPeer admitted(NodeId from, TransportPeer to) throws IOException {
    RawPeer peer = greet(to.transport.port(), new Preamble("cluster", from, to.node));
    Verdict verdict = peer.verdict();
    if (verdict.reason() != Verdict.Reason.ADMITTED) {
      throw new AssertionError(verdict);
    }
    return peer;
  }

  /** Accepts a connection and says nothing. */
  static RawPeer accept(ServerSocket server) throws IOException {
    return new RawPeer(server.accept());
  }

  /** Accepts a connection and admits whoever it is. */
  static RawPeer admit(ServerSocket server) throws IOException {
    RawPeer peer = accept(server);
    byte[] header = peer.in.readNBytes(Preamble.HEADER_BYTES);
    byte[] body = peer.in.readNBytes(Preamble.bodyBytes(header));
    Preamble preamble = Preamble.decode(header, body);
    peer.out.write(Verdict.of(preamble, preamble.clusterId(), preamble.to()).encode());
    peer.readFrame();
    peer.opened = true;
    return peer;
  }

  public Verdict verdict() throws IOException {
    byte[] header = new byte[Verdict.HEADER_BYTES];
    in.readFully(header);
    byte[] all = java.util.Arrays.copyOf(header, header.length + Verdict.detailBytes(header));
    in.readFully(all, header.length, all.length - header.length);
    return Verdict.decode(all);
  }

  /** Says what a node says first on a connection that it has opened; once. */
  public void open() throws IOException {
    if (!opened) {
      opened = true;
      WireWriter opening = Frame.opening(WireFormat.NEWEST);
      out.write(opening.array(), 0, opening.size());
    }
  }

  /** Sends messages, all of one node to one other, in one frame. */
  public void send(Message... messages) throws IOException {
    open();
    out.write(frame(messages));
  }

  /** What {@link #send} sends, with its header. */
  static byte[] frame(Message... messages) {
    WireWriter frame = new WireWriter();
    Frame.begin(frame, WireFormat.NEWEST);
    MessageCodec.encode(List.of(messages), WireFormat.NEWEST, frame);
    Frame.finish(frame, WireFormat.NEWEST);
    return frame.toByteArray();
  }

  /** Sends a frame with this body, and the right checksum. */
  public void sendFrame(byte[] body) throws IOException {
    open();
    out.writeInt(body.length);
    out.writeInt(Frame.checksum(body.length, body, 0));
    out.write(body);
  }

  /** Takes a frame in, whatever is in it. */
  void readFrame() throws IOException {
    int length = in.readInt();
    in.readNBytes(Integer.BYTES + length);
  }

  /** True if the other end closes the connection without a further byte. */
  public boolean closedByOther() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (java.net.SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
