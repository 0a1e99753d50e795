package hraftd.raft.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A channel whose first byte was read already, to see what it is, and is read again. */
final class FirstByteChannel implements ByteChannel {
  private final byte first;
  private final ByteChannel rest;
  private boolean read;

  FirstByteChannel(byte first, ByteChannel rest) {
    this.first = first;
    this.rest = rest;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    if (read || !to.hasRemaining()) {
      return rest.read(to);
    }
    read = true;
    to.put(first);
    return 1;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return rest.write(from);
  }

  @Override
  public boolean isOpen() {
    return rest.isOpen();
  }

  @Override
  public void close() throws IOException {
    rest.close();
  }
}
