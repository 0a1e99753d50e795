package hraftd.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * Free ports, each given once. They lie below the range from which the system takes the near end of
 * outgoing connections, so that a node that is restarted finds its port free.
 */
public final class Ports {

  private static final int FIRST = 15_000;
  private static final int LAST = 31_999;
  private static final int ATTEMPTS = 1_000;

  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  /** A port on which nobody listens now. */
  public static int free() {
    return free(1);
  }

  /** The first of so many successive ports on which nobody listens now. */
  static synchronized int free(int count) {
    for (int i = 0; i < ATTEMPTS; i++) {
      int first = ThreadLocalRandom.current().nextInt(FIRST, LAST - count + 2);
      List<Integer> ports = IntStream.range(first, first + count).boxed().toList();
      if (ports.stream().noneMatch(GIVEN::contains) && ports.stream().allMatch(Ports::isFree)) {
        GIVEN.addAll(ports);
        return first;
      }
    }
    throw new IllegalStateException("no free ports between " + FIRST + " and " + LAST);
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
