package hraftd.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.events.Event;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Clients that follow what every node tells of itself (docs/events.md), and keep the newest of it.
 * They hold nothing up: a node that tells nothing is asked again until the run is over. For the
 * thread that breaks things.
 */
final class EventClients {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final String DATA = "data:";

  /** As many as the page plays; a run of some minutes has fewer. */
  private static final int MOST_EVENTS = 50_000;

  /**
   * Kinds of messages of which a busy cluster sends thousands a second: of these one in sixteen is
   * kept, by its mark, so that the other end of it is kept as well.
   */
  private static final Set<String> COMMON =
      Set.of("append", "append_reply", "read_index", "read_index_reply", "forward");

  private final Client client;
  private final HttpClient http;

  /** What is added to the nano clock for milliseconds since 1970. */
  private final double epochMillis;

  private final Set<String> followed = ConcurrentHashMap.newKeySet();

  /** Guarded by itself. */
  private final Deque<String> kept = new ArrayDeque<>();

  private volatile boolean stopped;

  /**
   * @param client knows how nodes are to be asked
   */
  EventClients(Client client) {
    this.client = client;
    this.http = client.http(CONNECT);
    this.epochMillis = System.currentTimeMillis() - millis(System.nanoTime());
  }

  private static double millis(long nanos) {
    return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
  }

  /** Follows this node from now on. */
  void start(NodeProcess node) {
    if (followed.add(node.http())) {
      Thread thread = new Thread(() -> follow(node.http()), "events of " + node.http());
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Follows this node no longer. */
  void stop(NodeProcess node) {
    followed.remove(node.http());
  }

  private void follow(String address) {
    while (!stopped && followed.contains(address)) {
      try {
        HttpResponse<Stream<String>> response =
            http.send(
                client.request(address, "/events?own").timeout(CONNECT).build(),
                HttpResponse.BodyHandlers.ofLines());
        try (Stream<String> lines = response.body()) {
          if (response.statusCode() == 200) {
            lines.takeWhile(line -> !stopped).forEach(this::line);
          }
        }
      } catch (IOException | RuntimeException e) {
        // The node is gone, or the connection.
      } catch (InterruptedException e) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void line(String line) {
    if (line.startsWith(DATA)) {
      String event = line.substring(DATA.length()).strip();
      if (isWorthKeeping(event)) {
        synchronized (kept) {
          kept.add(event);
          if (kept.size() > MOST_EVENTS) {
            kept.remove();
          }
        }
      }
    }
  }

  /**
   * False also for what is torn, and for the first line of a node's stream: the run has its own.
   */
  static boolean isWorthKeeping(String event) {
    try {
      JsonNode json = JSON.readTree(event);
      String name = json.path("event").asText();
      boolean isCommon =
          (name.equals("msg") || name.equals("recv"))
              && COMMON.contains(json.path("kind").asText());
      return !name.isEmpty()
          && !name.equals("run")
          && (!isCommon || json.path("mark").asText().endsWith("0"));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /**
   * Ends following.
   *
   * @param title of the run
   * @param faults what was broken
   * @return the run as docs/events.md has it, one event each
   */
  List<String> finish(String title, List<Fault> faults) {
    stopped = true;
    List<String> lines = new ArrayList<>();
    ObjectNode run = JSON.createObjectNode();
    run.put("event", "run").put("format", Event.FORMAT).put("source", "chaos").put("title", title);
    lines.add(run.toString());
    for (Fault fault : faults) {
      lines.add(strike(fault, fault.from(), fault.what()));
      lines.add(strike(fault, fault.to(), "mended: " + fault.what()));
    }
    synchronized (kept) {
      lines.addAll(kept);
    }
    return lines;
  }

  private String strike(Fault fault, long nanos, String text) {
    ObjectNode moment = JSON.createObjectNode();
    moment.put("event", "moment").put("at", epochMillis + millis(nanos)).put("kind", "strike");
    if (!fault.nodes().isEmpty()) {
      moment.put("other", fault.nodes().get(0));
    }
    return moment.put("text", text).toString();
  }
}
