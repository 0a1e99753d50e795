package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.testing.Eventually;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that write a new key with every request, to every node in turn, and remember which writes
 * were acknowledged and which were certainly refused.
 */
final class Writers implements AutoCloseable {

  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Map<String, Answer> refused = new ConcurrentHashMap<>();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile boolean stop;

  /** Starts so many clients of these nodes. */
  Writers(List<Daemon> nodes, int clients) {
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(() -> write(nodes), "writer " + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void write(List<Daemon> nodes) {
    while (!stop) {
      int number = numbers.incrementAndGet();
      String key = "written-" + number;
      String value = "value " + number;
      try {
        Answer answer = nodeOf(number, nodes).put("/key/" + key + "?timeout=5s", value);
        if (answer.status() == 200) {
          acknowledged.put(key, value);
          continue;
        }
        failed.add(answer.toString());
        if (answer.json().path("outcome").asText().equals("rejected")) {
          refused.put(key, answer);
        }
      } catch (IOException e) {
        // The node is gone: the write may have happened or not.
      }
    }
  }

  private static Daemon nodeOf(int number, List<Daemon> nodes) {
    return nodes.get(number % nodes.size());
  }

  /** Which of the nodes that are written to has acknowledged this key. */
  static Daemon acknowledgedBy(String key, List<Daemon> nodes) {
    return nodeOf(Integer.parseInt(key.substring(key.indexOf('-') + 1)), nodes);
  }

  /** How many writes were acknowledged by now. */
  int count() {
    return acknowledged.size();
  }

  /** The keys of the writes that were acknowledged. */
  Set<String> acknowledged() {
    return Set.copyOf(acknowledged.keySet());
  }

  /** What was answered to the others, if anything was. */
  List<String> failed() {
    return List.copyOf(failed);
  }

  /** Waits until so many more writes are acknowledged. */
  void awaitMore(int more) {
    int goal = count() + more;
    Eventually.eventually(more + " more writes", () -> count() >= goal);
  }

  /** Stops the clients; what they have begun is answered first. */
  @Override
  public void close() {
    stop = true;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Checks that this node has every acknowledged write and none that was refused. */
  void verify(Daemon node) throws IOException {
    Map<String, String> found = all(node);
    acknowledged.forEach((key, value) -> assertEquals(value, found.get(key), "lost: " + key));
    refused.forEach(
        (key, answer) ->
            assertFalse(found.containsKey(key), () -> "happened, but was answered: " + answer));
  }

  /** Every key of these clients on this node, read page by page. */
  private static Map<String, String> all(Daemon node) throws IOException {
    Map<String, String> found = new HashMap<>();
    String cursor = "prefix=written-";
    do {
      JsonNode page = node.get("/key?limit=1000&" + cursor).expect(200).json();
      page.path("keys")
          .forEach(item -> found.put(item.path("key").asText(), item.path("value").asText()));
      cursor = page.has("next") ? "after=" + page.path("next").asText() : "";
    } while (!cursor.isEmpty());
    return found;
  }
}
