package hraftd.cluster;

import hraftd.raft.HostPort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to other nodes, over HTTPS where this node has TLS. While TLS is optional, one
 * that speaks none is asked over plain HTTP, for a while without trying first. Thread-safe.
 */
final class PeerClient {

  /** A node that does not take a connection within this is out of reach. */
  private static final Duration CONNECT_TIME = Duration.ofSeconds(2);

  /** The longest answer taken: far above a description with {@link SetupRequest#MAX_NODES}. */
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  /** A node that gets its TLS is asked over it that much later. */
  static final Duration REMEMBERED = Duration.ofSeconds(10);

  /** More than a cluster has; the oldest is forgotten. */
  private static final int MAX_REMEMBERED = 1000;

  private final @Nullable PeerTls tls;
  private final LongSupplier nanoClock;

  /** Until when an address is taken to speak no TLS, by the nano clock. Guarded by itself. */
  private final Map<HostPort, Long> plainUntil =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<HostPort, Long> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  /** Made when it is needed first, which is rarely: it loads as many classes as all of Raft. */
  private @Nullable HttpClient client;

  /**
   * A client that has no connection yet.
   *
   * @param tls null: over plain HTTP
   */
  PeerClient(@Nullable PeerTls tls, LongSupplier nanoClock) {
    this.tls = tls;
    this.nanoClock = nanoClock;
  }

  private synchronized HttpClient client() {
    if (client == null) {
      HttpClient.Builder building =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .connectTimeout(CONNECT_TIME);
      if (tls != null) {
        SSLParameters versions = new SSLParameters();
        versions.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        building.sslContext(tls.context()).sslParameters(versions);
      }
      client = building.build();
    }
    return client;
  }

  /**
   * Sends a request.
   *
   * @param target path and query
   * @param building the request but for where it goes
   * @return fails with what the JDK's client throws
   * @throws IllegalArgumentException if the client does not take the host
   */
  CompletableFuture<HttpResponse<byte[]>> send(
      HostPort http, String target, HttpRequest.Builder building) {
    return send(http, target, building, info -> new BoundedBody(MAX_ANSWER_BYTES));
  }

  /**
   * The same, and the answer's body goes to somebody while it comes.
   *
   * @param body made anew for each attempt
   */
  <T> CompletableFuture<HttpResponse<T>> send(
      HostPort http,
      String target,
      HttpRequest.Builder building,
      HttpResponse.BodyHandler<T> body) {
    if (tls == null || isPlain(http)) {
      return send("http://" + http + target, building, body);
    }
    CompletableFuture<HttpResponse<T>> answer = send("https://" + http + target, building, body);
    if (!tls.optional()) {
      return answer;
    }
    return answer.exceptionallyCompose(
        failure -> {
          if (!TlsFailure.isNoTls(failure)) {
            return CompletableFuture.failedFuture(failure);
          }
          synchronized (plainUntil) {
            plainUntil.remove(http);
            plainUntil.put(http, nanoClock.getAsLong() + REMEMBERED.toNanos());
          }
          return send("http://" + http + target, building, body);
        });
  }

  private <T> CompletableFuture<HttpResponse<T>> send(
      String uri, HttpRequest.Builder building, HttpResponse.BodyHandler<T> body) {
    HttpRequest request = building.copy().uri(URI.create(uri)).build();
    return client().sendAsync(request, body);
  }

  private boolean isPlain(HostPort http) {
    synchronized (plainUntil) {
      Long until = plainUntil.get(http);
      return until != null && until - nanoClock.getAsLong() > 0;
    }
  }
}
