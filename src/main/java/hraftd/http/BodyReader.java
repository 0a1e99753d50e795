package hraftd.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body into memory as it arrives; no thread waits for it. A body that is too long, or that
 * there is no room for, is read on and forgotten, within limits, so that the client gets to read
 * the answer instead of a broken connection. One that comes too slowly is given up.
 */
final class BodyReader implements Invocable.Task {

  /** A client that sends this much more than it may is not listened to any longer. */
  private static final long MAX_IGNORED_BYTES = 64L << 20;

  private static final byte[] NOTHING = new byte[0];

  /** While a body is awaited a connection may not be silent for longer than this. */
  private static final Duration SILENCE = LeastRate.OF_BODIES.grace();

  private final Request request;
  private final Exchange exchange;
  private final long limit;
  private final Consumer<byte[]> whole;
  private final Consumer<Throwable> refused;
  private final List<byte[]> parts = new ArrayList<>();
  private long length;
  private long began;
  private boolean tooLong;
  private @Nullable Problem noRoom;

  /**
   * Reads a request's body.
   *
   * @param exchange holds the body's bytes
   * @param limit in bytes
   * @param whole gets the body
   * @param refused gets the reason if the body cannot be had
   */
  BodyReader(Exchange exchange, long limit, Consumer<byte[]> whole, Consumer<Throwable> refused) {
    this.request = exchange.request();
    this.exchange = exchange;
    this.limit = limit;
    this.whole = whole;
    this.refused = refused;
  }

  /** Begins, and ends at once if the body is here already. */
  void start() {
    long declared = request.getLength();
    boolean asks = request.getHeaders().contains(HttpHeader.EXPECT);
    tooLong = declared > limit;
    if (tooLong && (asks || declared > limit + MAX_IGNORED_BYTES)) {
      refused.accept(Problem.tooLarge("the body", limit, declared));
    } else {
      run();
    }
  }

  @Override
  public void run() {
    try {
      read();
    } catch (RuntimeException | Error e) {
      refused.accept(e);
    }
  }

  private void read() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        awaitMore();
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        refuse(
            chunk.getFailure() instanceof TimeoutException
                ? LeastRate.OF_BODIES.tooSlow()
                : Problem.badRequest(
                    "the body ended early, or is not in the chunks that its Transfer-Encoding"
                        + " says"));
        return;
      }
      byte[] bytes = NOTHING;
      try {
        length += chunk.remaining();
        tooLong |= length > limit;
        if (!isForgotten() && chunk.hasRemaining() && hasRoom(chunk.remaining())) {
          bytes = new byte[chunk.remaining()];
          chunk.getByteBuffer().get(bytes);
        }
      } finally {
        chunk.release();
      }
      if (isForgotten()) {
        parts.clear();
        exchange.drop();
      }
      if (chunk.isLast() || length > limit + MAX_IGNORED_BYTES) {
        end(bytes);
        return;
      }
      if (bytes.length > 0) {
        parts.add(bytes);
      }
    }
  }

  private boolean isForgotten() {
    return tooLong || noRoom != null;
  }

  private boolean hasRoom(int bytes) {
    try {
      exchange.hold(bytes);
      return true;
    } catch (Problem problem) {
      noRoom = problem;
      return false;
    }
  }

  private void awaitMore() {
    long now = System.nanoTime();
    if (began == 0) {
      began = now;
      silence(SILENCE);
    } else if (LeastRate.OF_BODIES.isMissed(length, now - began)) {
      refuse(LeastRate.OF_BODIES.tooSlow());
      return;
    }
    request.demand(this);
  }

  private void silence(Duration atMost) {
    request.getConnectionMetaData().getConnection().getEndPoint().setIdleTimeout(atMost.toMillis());
  }

  private void refuse(Problem problem) {
    parts.clear();
    exchange.drop();
    refused.accept(problem);
  }

  private void end(byte[] rest) {
    if (began != 0) {
      silence(JettySettings.IDLE_TIMEOUT);
    }
    if (length > limit) {
      refuse(Problem.tooLarge("the body", limit, length));
    } else if (noRoom != null) {
      refuse(noRoom);
    } else if (parts.isEmpty()) {
      whole.accept(rest);
    } else {
      parts.add(rest);
      whole.accept(joined());
    }
  }

  /** Never more than the body twice in memory, however it came: a small heap may hold several. */
  private byte[] joined() {
    byte[] body = new byte[Math.toIntExact(length)];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, body, at, part.length);
      at += part.length;
    }
    parts.clear();
    return body;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
