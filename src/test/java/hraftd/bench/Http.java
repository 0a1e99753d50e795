package hraftd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import hraftd.testing.Keyring;
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

  private final HttpClient client;
  private final boolean isSecure;

  /** What is shown with each request; empty: nothing. */
  private volatile String token;

  /** Without TLS and without a token. */
  Http() {
    this.client = client().build();
    this.isSecure = false;
    this.token = "";
  }

  /** With TLS, and as the admin until {@link #show} names somebody else. */
  Http(Keyring keys) {
    this.client = client().sslContext(keys.client()).build();
    this.isSecure = true;
    this.token = keys.secret();
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(1));
  }

  String scheme() {
    return isSecure ? "https" : "http";
  }

  /** What is shown with each request; empty: nothing. */
  String token() {
    return token;
  }

  /** From now on this token is shown. */
  void show(String other) {
    token = other;
  }

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

  private HttpRequest secured(HttpRequest request) {
    return HttpRequest.newBuilder(request, (name, value) -> true)
        .uri(URI.create(request.uri().toString().replaceFirst("^http:", "https:")))
        .header("Authorization", "Bearer " + token)
        .build();
  }

  Reply send(HttpRequest request) {
    return sendAsync(request).join();
  }

  /** Never completes exceptionally. */
  CompletableFuture<Reply> sendAsync(HttpRequest request) {
    return client
        .sendAsync(isSecure ? secured(request) : request, BodyHandlers.ofString())
        .handle(
            (response, failure) ->
                response == null ? Reply.NONE : new Reply(response.statusCode(), response.body()));
  }
}
