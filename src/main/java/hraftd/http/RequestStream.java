package hraftd.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of a request as a stream. A client that stops sending runs into the connection's idle
 * timeout, one that sends in slow motion into the {@link LeastRate}; once everything has come the
 * client only waits, and that is no reason to hang up. What is not received is a {@link Problem}
 * 400 or 408, so that it is told from a failure of this node's disk. One thread.
 */
final class RequestStream extends FilterInputStream {

  private final LeastRate leastRate;
  private volatile boolean whole;
  private long received;
  private long waited;

  RequestStream(Request request) {
    this(Content.Source.asInputStream(request), LeastRate.OF_BODIES);
    request.addIdleTimeoutListener((TimeoutException idle) -> !whole);
  }

  RequestStream(InputStream body, LeastRate leastRate) {
    super(body);
    this.leastRate = leastRate;
  }

  @Override
  public int read() {
    long began = System.nanoTime();
    try {
      int next = super.read();
      note(next < 0 ? next : 1, began);
      return next;
    } catch (IOException e) {
      throw brokenOff();
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    long began = System.nanoTime();
    try {
      int count = super.read(bytes, offset, length);
      note(count, began);
      return count;
    } catch (IOException e) {
      throw brokenOff();
    }
  }

  private static Problem brokenOff() {
    return Problem.badRequest("the body ended early, or nothing came for too long");
  }

  /** What counts is the time in which the client was waited for. */
  private void note(int count, long began) {
    if (count < 0) {
      whole = true;
      return;
    }
    received += count;
    waited += System.nanoTime() - began;
    if (leastRate.isMissed(received, waited)) {
      throw leastRate.tooSlow();
    }
  }
}
