package hraftd.e2e;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** An answer that goes on, line by line, until either side ends it. Many share a few threads. */
abstract class LineStream implements Flow.Subscriber<String>, AutoCloseable {

  /** For nodes without TLS. */
  static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Set by {@link #ask}, which the subclass calls before it is handed to anybody. */
  private @Nullable CompletableFuture<HttpResponse<Void>> response;

  private volatile int status;

  // Guarded by this.
  private Flow.@Nullable Subscription subscription;
  private boolean closed;

  /** Asks; to be called once, when the lines can be taken. */
  final void ask(HttpClient client, HttpRequest request) {
    response =
        client.sendAsync(
            request,
            head -> {
              status = head.statusCode();
              return BodyHandlers.fromLineSubscriber(this).apply(head);
            });
  }

  /** Of the answer; 0 while there is none. */
  final int status() {
    return status;
  }

  /** True if the node has ended the stream or the connection. */
  final boolean isOver() {
    return Objects.requireNonNull(response).isDone();
  }

  /** How the stream was ended, for people. */
  final String end() {
    return Objects.requireNonNull(response)
        .handle(
            (ended, failure) ->
                failure == null ? "the node ended the stream" : "the stream broke: " + failure)
        .getNow("nothing more in time");
  }

  @Override
  public final synchronized void onSubscribe(Flow.Subscription started) {
    subscription = started;
    if (closed) {
      started.cancel();
    } else {
      started.request(Long.MAX_VALUE);
    }
  }

  @Override
  public final void onError(Throwable failure) {
    // As isOver says.
  }

  @Override
  public final void onComplete() {
    // As isOver says.
  }

  @Override
  public final void close() {
    synchronized (this) {
      closed = true;
      if (subscription != null) {
        subscription.cancel();
      }
    }
    Objects.requireNonNull(response).cancel(true);
  }
}
