package hraftd.http;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** An answer whose body is made while it is sent. */
public final class StreamingReply extends Reply {

  /** Makes the body. */
  @FunctionalInterface
  public interface Body {
    /**
     * Begins to send; must not block.
     *
     * @param response with status and headers set
     * @param done ends the answer
     */
    void send(Request request, Response response, Callback done);
  }

  private final Body stream;

  public StreamingReply(String contentType, Body stream) {
    super(200, contentType, new byte[0]);
    this.stream = stream;
  }

  Body stream() {
    return stream;
  }
}
