package hraftd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Single requests, for all that is not load. Thread-safe. */
final class Http {

  static final Duration PATIENT = Duration.ofSeconds(60);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  /**
   * What came back.
   *
   * @param status 0 if nothing did
   */
  record Reply(int status, String body) {

    private static final Reply NONE = new Reply(0, "");

    boolean ok() {
      return status == 200;
    }

    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        return MissingNode.getInstance();
      }
    }
  }

  static HttpRequest get(String address, String path) {
    return HttpRequest.newBuilder(uri(address, path)).timeout(PATIENT).build();
  }

  static HttpRequest post(String address, String path, String body) {
    return HttpRequest.newBuilder(uri(address, path))
        .timeout(PATIENT)
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private static URI uri(String address, String path) {
    return URI.create("http://" + address + path);
  }

  Reply send(HttpRequest request) {
    return sendAsync(request).join();
  }

  /** Never completes exceptionally. */
  CompletableFuture<Reply> sendAsync(HttpRequest request) {
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .handle(
            (response, failure) ->
                response == null ? Reply.NONE : new Reply(response.statusCode(), response.body()));
  }
}
