package hraftd.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives the lines of an answer to somebody while they come; holds no more than one. What the JDK
 * asks for ends with its head, so that only its beginning has a deadline.
 */
final class LineBody implements HttpResponse.BodySubscriber<Void> {

  /** Far above a picture of a cluster with a thousand members. */
  static final int MAX_LINE_BYTES = 1 << 20;

  private final Consumer<String> line;
  private final Consumer<@Nullable Throwable> ended;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private Flow.@Nullable Subscription subscription;
  private boolean cancelled;

  /**
   * A body of which nothing has come yet.
   *
   * @param ended is called once behind the last line, with the reason if the answer is torn
   */
  LineBody(Consumer<String> line, Consumer<@Nullable Throwable> ended) {
    this.line = line;
    this.ended = ended;
  }

  @Override
  @SuppressWarnings("NullAway") // Void has no other value.
  public CompletionStage<Void> getBody() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    synchronized (this) {
      subscription = given;
      if (cancelled) {
        given.cancel();
        return;
      }
    }
    given.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      while (buffer.hasRemaining()) {
        byte next = buffer.get();
        if (next == '\n') {
          line.accept(begun.toString(StandardCharsets.UTF_8));
          begun.reset();
        } else if (begun.size() < MAX_LINE_BYTES) {
          begun.write(next);
        } else {
          cancel();
          ended.accept(new IOException("a line is longer than " + MAX_LINE_BYTES + " bytes"));
          return;
        }
      }
    }
    Flow.Subscription given = subscription;
    if (given != null) {
      given.request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    ended.accept(failure);
  }

  @Override
  public void onComplete() {
    ended.accept(null);
  }

  /** Closes the connection. */
  synchronized void cancel() {
    cancelled = true;
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
