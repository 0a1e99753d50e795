package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Eventually;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of /watch. As a client that means to resume does, it takes the events of an entry for
 * seen when their id has come. Many can be open at a time: they share a few threads.
 */
final class EventStream extends LineStream {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One change; no value and a reason if the key has gone. */
  record Event(
      long revision, String type, String key, @Nullable String value, @Nullable String reason) {

    private static Event of(String type, JsonNode data) {
      return new Event(
          data.path("revision").asLong(),
          type,
          data.path("key").asText(),
          data.path("value").textValue(),
          data.path("reason").textValue());
    }
  }

  private final List<Event> entry = new ArrayList<>();
  private String type = "";
  private @Nullable JsonNode data;

  // Guarded by this.
  private final List<Event> events = new ArrayList<>();
  private String lastId = "";

  /** Begins a watch; headers are names and values in turn. */
  EventStream(Daemon node, String query, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + node.haddr() + "/watch?" + query));
    if (headers.length > 0) {
      request.headers(headers);
    }
    ask(HTTP, request.build());
  }

  /** Waits until the node has taken the watch on: it sees what is done from now on. */
  EventStream awaitOpen() {
    Eventually.eventually("the node answers", () -> status() != 0 || isOver());
    assertEquals(200, status());
    return this;
  }

  /**
   * Waits until so many changes have come in complete entries; no longer than the stream goes on.
   */
  void awaitCount(int count) {
    Eventually.within(Eventually.LONG, () -> isOver() || count() >= count);
    assertTrue(count() >= count, () -> count() + " of " + count + " events, then " + end());
  }

  /** The changes of all entries that are complete. */
  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  /** How many changes have come in complete entries. */
  synchronized int count() {
    return events.size();
  }

  /** The id to resume after. */
  synchronized String lastId() {
    return lastId;
  }

  @Override
  public void onNext(String line) {
    try {
      if (line.startsWith("event: ")) {
        type = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        data = JSON.readTree(line.substring("data: ".length()));
      } else if (line.startsWith("id: ")) {
        take();
        seen(line.substring("id: ".length()));
      } else if (line.isEmpty()) {
        take();
      }
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }

  private void take() {
    JsonNode taken = data;
    if (taken != null && !type.equals("progress")) {
      entry.add(Event.of(type, taken));
    }
    data = null;
  }

  private synchronized void seen(String id) {
    events.addAll(entry);
    entry.clear();
    lastId = id;
  }
}
