package hraftd.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of a request as a stream. A client that stops sending runs into the connection's idle
 * timeout; once everything has come the client only waits, and that is no reason to hang up. What
 * is not received is a {@link Problem} 400, so that it is told from a failure of this node's disk.
 */
final class RequestStream extends FilterInputStream {

  private volatile boolean whole;

  RequestStream(Request request) {
    super(Content.Source.asInputStream(request));
    request.addIdleTimeoutListener((TimeoutException idle) -> !whole);
  }

  @Override
  public int read() {
    try {
      return noted(super.read());
    } catch (IOException e) {
      throw brokenOff();
    }
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    try {
      return noted(super.read(bytes, offset, length));
    } catch (IOException e) {
      throw brokenOff();
    }
  }

  private static Problem brokenOff() {
    return Problem.badRequest("the body ended early, or nothing came for too long");
  }

  private int noted(int count) {
    if (count < 0) {
      whole = true;
    }
    return count;
  }
}
