package hraftd.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that keep asking until they are stopped. Each asks one node only, so that a node that
 * does not answer holds up none but its own. On every node one client does nothing but create keys
 * with a short deadline: its acknowledgements are the finest measure of a gap.
 */
final class Workload {

  /** Few registers: many clients meet on each. */
  private static final int KEYS = 8;

  private static final int PAIRS = 3;
  private static final int MIXED_PER_NODE = 3;
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration SHORT_LIMIT = Duration.ofMillis(500);

  /**
   * A creation of unknown outcome is repeated until it is known, but not longer than any fault
   * lasts.
   */
  private static final int CREATION_TRIES = 40;

  /**
   * For each node: with more nodes, and so more clients, each client asks less often, and all
   * together leave the same part of two busy cores to the nodes.
   */
  private static final Duration PAUSE = Duration.ofMillis(13);

  /** Asking a dead node takes time from those that start; the creating clients ask on. */
  private static final Duration NOBODY_THERE = Duration.ofMillis(200);

  private final Client client;
  private final ClientHistory history;
  private final List<Thread> threads = new ArrayList<>();
  private final Set<String> gone = ConcurrentHashMap.newKeySet();
  private final long pauseNanos;
  private volatile boolean stopped;

  /**
   * @param nodes how many have clients
   */
  Workload(Client client, ClientHistory history, int nodes) {
    this.client = client;
    this.history = history;
    this.pauseNanos = nodes * PAUSE.toNanos();
  }

  /** Puts clients to work on a node. */
  void start(NodeProcess node, Random seeds) {
    for (int i = 0; i < MIXED_PER_NODE; i++) {
      Session session = session(node, "m" + i);
      Random random = new Random(seeds.nextLong());
      thread(() -> mix(node, session, random));
    }
    Session session = session(node, "u");
    String prefix = "u/" + node.id() + "/";
    Random random = new Random(seeds.nextLong());
    thread(
        () -> {
          for (int i = 0; goesOn(node); i++) {
            session.createOnce(prefix + i, SHORT_LIMIT, CREATION_TRIES);
            pause(random);
          }
        });
  }

  private Session session(NodeProcess node, String name) {
    return new Session(node.id() + name, node.id(), node.http(), client, history);
  }

  private void thread(Runnable work) {
    Thread thread = new Thread(work, "client");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private boolean goesOn(NodeProcess node) {
    return !stopped && !gone.contains(node.id());
  }

  /** Lets the clients of a node end what they have begun; does not wait for it. */
  void stop(NodeProcess node) {
    gone.add(node.id());
  }

  private void mix(NodeProcess node, Session session, Random random) {
    while (goesOn(node)) {
      String key = "r" + random.nextInt(KEYS);
      String pair = "p" + random.nextInt(PAIRS);
      int choice = random.nextInt(100);
      if (choice < 35) {
        session.read(key, LIMIT);
      } else if (choice < 50) {
        session.put(key, LIMIT);
      } else if (choice < 65) {
        session.replace(key, LIMIT);
      } else if (choice < 75) {
        session.exchange(key, LIMIT);
      } else if (choice < 79) {
        session.delete(key, LIMIT);
      } else if (choice < 82) {
        session.deleteSeen(key, LIMIT);
      } else if (choice < 90) {
        session.putPair(pair, LIMIT);
      } else {
        session.readPair(pair, LIMIT);
      }
      pause(random);
      if (session.refused()) {
        LockSupport.parkNanos(NOBODY_THERE.toNanos());
      }
    }
  }

  private void pause(Random random) {
    LockSupport.parkNanos((long) (pauseNanos * 2 * random.nextDouble()));
  }

  /** Lets every client end what it has begun, and waits for it. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
