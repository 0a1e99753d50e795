package hraftd.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Eventually;
import hraftd.testing.Keyring;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client of /events, which keeps all that it is told. Many share a few threads. */
final class ToldEvents implements Flow.Subscriber<String>, AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final String DATA = "data: ";

  private final CompletableFuture<HttpResponse<Void>> response;

  // Guarded by this.
  private final List<JsonNode> told = new ArrayList<>();
  private Flow.@Nullable Subscription subscription;
  private boolean closed;

  /** Begins to read what everybody may. */
  ToldEvents(Daemon node, String query) {
    this(HTTP, HttpRequest.newBuilder(URI.create("http://" + node.haddr() + "/events" + query)));
  }

  /** Begins to read over HTTPS, showing a token. */
  ToldEvents(Daemon node, Keyring keys, String token) {
    this(
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(keys.client())
            .build(),
        HttpRequest.newBuilder(URI.create("https://" + node.haddr() + "/events"))
            .header("Authorization", "Bearer " + token));
  }

  private ToldEvents(HttpClient client, HttpRequest.Builder request) {
    response = client.sendAsync(request.build(), BodyHandlers.fromLineSubscriber(this));
  }

  /** What it was told until now. */
  synchronized List<JsonNode> told() {
    return List.copyOf(told);
  }

  /** Waits until it was told such an event; the first one. */
  JsonNode await(String what, Predicate<JsonNode> such) {
    return Eventually.eventually(
        what, Eventually.LONG, () -> told().stream().filter(such).findFirst().orElseThrow());
  }

  /** Waits for a moment of this kind that a node tells. */
  JsonNode awaitMoment(String node, String kind) {
    return await(
        kind + " of " + node,
        event ->
            event.path("kind").asText().equals(kind)
                && event.path("event").asText().equals("moment")
                && event.path("node").asText().equals(node));
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
  public synchronized void onNext(String line) {
    if (line.startsWith(DATA)) {
      try {
        told.add(JSON.readTree(line.substring(DATA.length())));
      } catch (JsonProcessingException e) {
        throw new AssertionError("no JSON: " + line, e);
      }
    }
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
