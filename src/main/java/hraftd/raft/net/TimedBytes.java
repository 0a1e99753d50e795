package hraftd.raft.net;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The bytes of a socket, for which one waits no longer than until a moment. One thread may read
 * while another one writes; buffers that are read into have an array.
 */
final class TimedBytes implements ByteChannel {

  private final Socket socket;
  private volatile long deadline;
  private volatile boolean timed;
  private volatile boolean received;

  /** Of a connected socket. */
  TimedBytes(Socket socket) {
    this.socket = socket;
  }

  /** From now on what is read has to be there after this time, all together. */
  void within(Duration time) {
    deadline = System.nanoTime() + time.toNanos();
    timed = true;
  }

  /** From now on what is read may take as long as it likes. */
  void withoutLimit() throws IOException {
    timed = false;
    socket.setSoTimeout(0);
  }

  /** True if anything has come. */
  boolean hasReceived() {
    return received;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    if (timed) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        throw new SocketTimeoutException("no answer to the greeting");
      }
      socket.setSoTimeout((int) millis);
    }
    int count =
        socket.getInputStream().read(to.array(), to.arrayOffset() + to.position(), to.remaining());
    if (count > 0) {
      received = true;
      to.position(to.position() + count);
    }
    return count;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int count = from.remaining();
    socket.getOutputStream().write(from.array(), from.arrayOffset() + from.position(), count);
    from.position(from.limit());
    return count;
  }

  @Override
  public boolean isOpen() {
    return !socket.isClosed();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
