package hraftd.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Sends requests to nodes, each with a deadline, never twice. Thread-safe. */
final class Client {

  /** So much longer than the server's own limit does a client wait for its answer. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final Duration CONNECT = Duration.ofSeconds(1);

  /** What a program may do: the load shows such a token, and the secret only where it must. */
  private static final String RULES =
      "{\"name\":\"load\",\"rules\":[{\"prefix\":\"\",\"may\":\"write\"}]}";

  private final @Nullable NodeKeys keys;
  private final HttpClient http;
  private final AtomicLong turnedAway = new AtomicLong();
  private volatile String token = "";

  /** Of nodes that are open to everybody. */
  Client() {
    this(null);
  }

  /**
   * @param keys of nodes that ask who is there; null: they do not
   */
  Client(@Nullable NodeKeys keys) {
    this.keys = keys;
    this.http = http(CONNECT);
  }

  /** What connects to nodes as they are. */
  HttpClient http(Duration connect) {
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connect);
    return (keys == null ? builder : builder.sslContext(keys.context())).build();
  }

  /** A request to a node, which shows what it takes. */
  HttpRequest.Builder request(String node, String path) {
    if (keys == null) {
      return HttpRequest.newBuilder(URI.create("http://" + node + path));
    }
    boolean isLoad = path.matches("/(key|txn|watch)\\b.*");
    return HttpRequest.newBuilder(URI.create("https://" + node + path))
        .header("Authorization", "Bearer " + (isLoad ? token : keys.secret()));
  }

  /**
   * Makes the token that the load shows, where one is needed; may be called again.
   *
   * @return empty, or why there is none yet
   */
  String makeToken(String node, Duration limit) {
    if (keys == null) {
      return "";
    }
    NodeAnswer answer = post(node, "/token", RULES, limit);
    token = answer.json().path("token").asText();
    return token.isEmpty() ? answer.status() + " " + answer.body().strip() : "";
  }

  /** How many requests were answered with 401 or 403, or found a node that is not believed. */
  long turnedAway() {
    return turnedAway.get();
  }

  /**
   * @param limit told to the server, which should answer within it
   * @param headers name, value, name, value
   */
  NodeAnswer send(
      String node, String method, String path, String body, Duration limit, String... headers) {
    String separator = path.contains("?") ? "&" : "?";
    HttpRequest.Builder request =
        request(node, path + separator + "timeout=" + limit.toMillis() + "ms")
            .timeout(limit.plus(GRACE))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      NodeAnswer answer = NodeAnswer.of(http.send(request.build(), BodyHandlers.ofString()));
      noted(answer.status());
      return answer;
    } catch (IOException e) {
      noted(e);
      return NodeAnswer.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NodeAnswer.of(new IOException(e));
    }
  }

  /** Counts an answer with this status, if it turns away. */
  void noted(int status) {
    if (status == 401 || status == 403) {
      turnedAway.incrementAndGet();
    }
  }

  /** Counts a request that failed like this, if the node was not believed. */
  void noted(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        turnedAway.incrementAndGet();
        return;
      }
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
