package hraftd.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Free ports, each given once among all test JVMs that run now. They lie below the range from which
 * the system takes the near end of outgoing connections, so that a node that is restarted finds its
 * port free. As nodes speak TCP only, a test JVM keeps a port to itself by binding the UDP port of
 * the same number until it ends.
 */
public final class Ports {

  private static final int FIRST = 15_000;
  private static final int LAST = 31_999;
  private static final int ATTEMPTS = 1_000;

  /** By port, what keeps it ours. */
  private static final Map<Integer, DatagramSocket> KEPT = new HashMap<>();

  private Ports() {}

  /** A port on which nobody listens now. */
  public static int free() {
    return free(1);
  }

  /** The first of so many successive ports on which nobody listens now. */
  public static synchronized int free(int count) {
    for (int i = 0; i < ATTEMPTS; i++) {
      int first = ThreadLocalRandom.current().nextInt(FIRST, LAST - count + 2);
      if (IntStream.range(first, first + count).allMatch(Ports::keep)) {
        return first;
      }
    }
    throw new IllegalStateException("no free ports between " + FIRST + " and " + LAST);
  }

  private static boolean keep(int port) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(address);
      KEPT.put(port, new DatagramSocket(address));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
