package hraftd.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * How a test asks one node over HTTP: the scheme, what it shows, and that every answer is one that
 * the OpenAPI document has. Immutable.
 */
final class NodeHttp {

  /** As the value of the header Authorization: nothing is shown. */
  static final String NO_TOKEN = "(none)";

  /** Longer than the server's own limit for a request, 10 s by default. */
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(25);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

  private static final HttpClient PLAIN = building().build();

  private final String name;
  private final String base;
  private final HttpClient client;
  private final @Nullable String token;

  private NodeHttp(String name, String base, HttpClient client, @Nullable String token) {
    this.name = name;
    this.base = base;
    this.client = client;
    this.token = token;
  }

  /** A node there that everybody may ask over plain HTTP. */
  static NodeHttp of(String name, String address) {
    return new NodeHttp(name, "http://" + address, PLAIN, null);
  }

  private static HttpClient.Builder building() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_LIMIT);
  }

  /** The same, shown this unless a request says otherwise. */
  NodeHttp showing(String secret) {
    return new NodeHttp(name, base, client, secret);
  }

  /** The same over HTTPS. */
  NodeHttp over(SSLContext context) {
    return new NodeHttp(
        name, base.replaceFirst("^http:", "https:"), building().sslContext(context).build(), token);
  }

  /** The same at another address. */
  NodeHttp at(String address) {
    return new NodeHttp(name, base.replaceFirst("//.*", "//" + address), client, token);
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(REQUEST_LIMIT);
    boolean said = false;
    for (int i = 0; i < headers.length; i += 2) {
      boolean isToken = headers[i].equals("Authorization");
      said |= isToken;
      if (!isToken || !headers[i + 1].equals(NO_TOKEN)) {
        request.header(headers[i], headers[i + 1]);
      }
    }
    if (token != null && !said) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /**
   * Sends a request; headers are names and values in turn. An answer that the OpenAPI document does
   * not have fails the test.
   */
  Answer send(String method, String path, BodyPublisher body, String... headers)
      throws IOException {
    try {
      HttpResponse<String> response =
          client.send(request(path, headers).method(method, body).build(), BodyHandlers.ofString());
      Documented.check(method, path, response.statusCode());
      return new Answer(
          name + ": " + method + " " + path,
          method.equals("GET"),
          response.statusCode(),
          response.headers(),
          response.body(),
          () -> send(method, path, body, headers));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
