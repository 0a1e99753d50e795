package hraftd.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.testing.Eventually;
import hraftd.testing.Keyring;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A client of /events, which keeps all that it is told. Many share a few threads. */
final class ToldEvents extends LineStream {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String DATA = "data: ";

  // Guarded by this.
  private final List<JsonNode> told = new ArrayList<>();

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
    ask(client, request.build());
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
}
