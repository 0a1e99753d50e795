package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Eventually;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A client of /watch. As a client that means to resume does, it takes the events of an entry for
 * seen when their id has come. Many can be open at a time: they share a few threads.
 */
final class EventStream implements Flow.Subscriber<String>, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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

  private final CompletableFuture<HttpResponse<Void>> response;
  private volatile int status;
  private final List<Event> entry = new ArrayList<>();
  private String type = "";
  private @Nullable JsonNode data;

  // Guarded by this.
  private final List<Event> events = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;
  private String lastId = "";
  private boolean closed;

  /** Begins a watch; headers are names and values in turn. */
  EventStream(Daemon node, String query, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + node.haddr() + "/watch?" + query));
    if (headers.length > 0) {
      request.headers(headers);
    }
    response =
        HTTP.sendAsync(
            request.build(),
            head -> {
              status = head.statusCode();
              return BodyHandlers.fromLineSubscriber(this).apply(head);
            });
  }

  /** Waits until the node has taken the watch on: it sees what is done from now on. */
  EventStream awaitOpen() {
    Eventually.eventually("the node answers", () -> status != 0 || response.isDone());
    assertEquals(200, status);
    return this;
  }

  /** Waits until so many changes have come in complete entries. */
  void awaitCount(int count) {
    Eventually.eventually(count + " events", () -> count() >= count);
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

  /** True if the node has ended the stream or the connection. */
  boolean isOver() {
    return response.isDone();
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription started) {
    subscription = started;
    if (closed) {
      started.cancel();
    } else {
      started.request(Long.MAX_VALUE);
    }
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

  @Override
  public void onError(Throwable failure) {
    // As isOver says.
  }

  @Override
  public void onComplete() {
    // As isOver says.
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }
    response.cancel(true);
  }
}
