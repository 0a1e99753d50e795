package hraftd.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/**
 * The body of a request as a stream. A client that stops sending runs into the connection's idle
 * timeout; once everything has come the client only waits, and that is no reason to hang up.
 */
final class RequestStream extends FilterInputStream {

  private volatile boolean whole;

  RequestStream(Request request) {
    super(Content.Source.asInputStream(request));
    request.addIdleTimeoutListener((TimeoutException idle) -> !whole);
  }

  @Override
  public int read() throws IOException {
    return noted(super.read());
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return noted(super.read(bytes, offset, length));
  }

  private int noted(int count) {
    if (count < 0) {
      whole = true;
    }
    return count;
  }
}
