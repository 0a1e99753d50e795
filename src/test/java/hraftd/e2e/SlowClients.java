package hraftd.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Many connections that are slow on purpose, held by one thread. */
final class SlowClients implements AutoCloseable {

  /** So that an answer that is not read fills what the network takes at once. */
  private static final int RECEIVE_BYTES = 4096;

  private final InetSocketAddress address;
  private final List<SocketChannel> open = new ArrayList<>();

  SlowClients(Daemon node) {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.httpPort());
  }

  /** Opens connections, sends the beginning of a request on each and reads nothing. */
  SlowClients open(int count, String beginning) throws IOException {
    byte[] bytes = beginning.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open();
      open.add(channel);
      channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BYTES);
      channel.connect(address);
      channel.write(ByteBuffer.wrap(bytes));
      channel.configureBlocking(false);
    }
    return this;
  }

  /** Sends a byte on each; how many the node has not closed. */
  int drip() {
    int taken = 0;
    for (SocketChannel channel : open) {
      try {
        taken += channel.write(ByteBuffer.wrap(new byte[] {'a'}));
      } catch (IOException e) {
        // Closed by the node.
      }
    }
    return taken;
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
