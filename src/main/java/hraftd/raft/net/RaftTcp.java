package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.io.DataInput;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.PhysicalAddress;
import org.jgroups.logging.NoopLogImpl;
import org.jgroups.protocols.BasicTCP;
import org.jgroups.stack.DiagnosticsHandler;
import org.jgroups.util.DefaultThreadFactory;
import org.jgroups.util.Util;
import org.jspecify.annotations.Nullable;

/**
 * The bottom of the protocol stack: JGroups' TCP transport, but what goes over a connection are
 * frames of {@link MessageCodec} instead of JGroups' own messages. Those name the classes that are
 * made from their bytes; so here nothing that a peer sends is ever deserialized.
 */
public final class RaftTcp extends BasicTCP {

  /** Above any batch of entries (the largest command is some MiB) and any piece of a snapshot. */
  public static final int MAX_FRAME_BYTES = 64 << 20;

  /** What is allocated on the word of a length prefix; above it only what has come counts. */
  private static final int TRUSTED_FRAME_BYTES = 1 << 20;

  /** Much longer than a network within a cluster takes. */
  private static final int CONNECT_TIMEOUT_MILLIS = 300;

  /** A usual batch goes out with one system call, and comes in with one. */
  private static final int BUFFER_BYTES = 64 << 10;

  private final PeerConnections server;
  private final Consumer<NodeId> onFrame;
  private final RateLimitedLog warnings;

  /** A stack's bottom; {@code onFrame} is told whom every frame comes from. */
  RaftTcp(PeerConnections server, Consumer<NodeId> onFrame, RateLimitedLog warnings) {
    this.server = server;
    this.onFrame = onFrame;
    this.warnings = warnings;
    setBindAddr(server.admission().address().getAddress());
    setBindPort(server.admission().address().getPort());
    setPortRange(0);
    useVirtualThreads(false);
    setThreadFactory(new DefaultThreadFactory("raft-net", /* createDaemons= */ true));
    threadNamingPattern("");
    setBundlerType("no-bundler");
    setTimeServiceInterval(0);
    setLogicalAddrCacheReaperInterval(0);
    server.socketConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
    server.tcpNodelay(true);
    server.deferClientBinding(true);
    server.setBufferedInputStreamSize(BUFFER_BYTES);
    server.setBufferedOutputStreamSize(BUFFER_BYTES);
    server.log(new NoopLogImpl()); // One line for every connection that ends, some with a stack.
    server.receiver(this);
  }

  /** Off: a probe would tell anybody about this node, and could change it. */
  @Override
  public DiagnosticsHandler createDiagnosticsHandler() {
    return super.createDiagnosticsHandler().setEnabled(false);
  }

  /** A frame is coming; in the connection's own thread, which may be blocked. */
  @Override
  public void receive(Address sender, DataInput in, int length) throws IOException {
    if (length <= 0 || length > MAX_FRAME_BYTES) {
      throw unusable(sender, "a frame of " + length + " bytes");
    }
    byte[] frame = read(in, length);
    onFrame.accept(((PeerAddress) sender).node());
    try {
      up_prot.up(new BytesMessage(null, frame).setSrc(sender));
    } catch (IllegalArgumentException e) {
      throw unusable(sender, e.getMessage());
    } catch (RuntimeException e) {
      throw unusable(sender, e.toString());
    }
  }

  private static byte[] read(DataInput in, int length) throws IOException {
    byte[] frame = new byte[Math.min(length, TRUSTED_FRAME_BYTES)];
    in.readFully(frame);
    while (frame.length < length) {
      int read = frame.length;
      frame = Arrays.copyOf(frame, Math.min(length, 2 * read));
      in.readFully(frame, read, frame.length - read);
    }
    return frame;
  }

  /** The connection's thread ends with this, and closes it without a line of its own. */
  private SocketException unusable(Address sender, @Nullable String problem) {
    String subject = "frame " + ((PeerAddress) sender).node();
    warnings.warn(subject, () -> "closed the connection of " + sender + ": " + problem);
    return new SocketException(problem);
  }

  @Override
  protected void handleConnect() throws Exception {
    server.start();
    connected = true;
    super.handleConnect();
  }

  @Override
  protected void handleDisconnect() {
    super.handleDisconnect();
    connected = false;
    server.stop();
  }

  @Override
  public void stop() {
    super.stop();
    Util.close(server, server.admission());
  }

  @Override
  public void send(Address dest, byte[] data, int offset, int length) throws Exception {
    server.send(dest, data, offset, length);
  }

  @Override
  public void retainAll(Collection<Address> members) {
    server.retainAll(members);
  }

  @Override
  public String printConnections() {
    return server.printConnections();
  }

  @Override
  public RaftTcp clearConnections(boolean graceful) {
    server.clearConnections(graceful);
    return this;
  }

  @Override
  protected PhysicalAddress getPhysicalAddress() {
    return (PhysicalAddress) server.localAddress();
  }
}
