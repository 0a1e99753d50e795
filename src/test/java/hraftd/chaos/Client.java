package hraftd.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends requests to nodes, each with a deadline, never twice. Thread-safe. */
final class Client {

  /** So much longer than the server's own limit does a client wait for its answer. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  /**
   * @param limit told to the server, which should answer within it
   * @param headers name, value, name, value
   */
  NodeAnswer send(
      String node, String method, String path, String body, Duration limit, String... headers) {
    String separator = path.contains("?") ? "&" : "?";
    URI uri =
        URI.create("http://" + node + path + separator + "timeout=" + limit.toMillis() + "ms");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(limit.plus(GRACE))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return NodeAnswer.of(http.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException e) {
      return NodeAnswer.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NodeAnswer.of(new IOException(e));
    }
  }

  NodeAnswer get(String node, String path, Duration limit) {
    return send(node, "GET", path, "", limit);
  }

  NodeAnswer post(String node, String path, String body, Duration limit) {
    return send(node, "POST", path, body, limit);
  }

  static String keyPath(String key) {
    // Slashes are allowed in the path; URLEncoder is for forms, where a space is a plus.
    return "/key/"
        + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("%2F", "/").replace("+", "%20");
  }
}
