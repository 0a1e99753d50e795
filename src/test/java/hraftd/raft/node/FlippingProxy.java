package hraftd.raft.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A bad cable: what passes it comes out with a flipped bit now and then. */
final class FlippingProxy implements AutoCloseable {

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final double rate;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong flips = new AtomicLong();

  /**
   * Listens, and passes on what comes.
   *
   * @param rate of the pieces that are passed on (most frames are one), with a flipped bit
   */
  FlippingProxy(InetSocketAddress target, double rate) throws IOException {
    this.target = target;
    this.rate = rate;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    run("proxy", this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** How many bits it has flipped. */
  long flips() {
    return flips.get();
  }

  private static void run(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        open.add(from);
        Socket to = new Socket();
        open.add(to);
        to.connect(target, 1000);
        from.setTcpNoDelay(true);
        to.setTcpNoDelay(true);
        run("proxy-there", () -> pass(from, to));
        run("proxy-back", () -> pass(to, from));
      } catch (IOException e) {
        // The node behind it is not there, or the test is over.
      }
    }
  }

  private void pass(Socket from, Socket to) {
    Random random = new Random();
    byte[] bytes = new byte[64 << 10];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        if (random.nextDouble() < rate) {
          bytes[random.nextInt(count)] ^= (byte) (1 << random.nextInt(8));
          flips.incrementAndGet();
        }
        out.write(bytes, 0, count);
      }
    } catch (IOException e) {
      // One end has closed it.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
