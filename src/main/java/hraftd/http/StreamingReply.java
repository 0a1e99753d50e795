package hraftd.http;

import java.util.function.Consumer;

/** An answer whose body is made while it is sent. */
public final class StreamingReply extends Reply {

  private final Consumer<ResponseStream> body;

  /**
   * A 200 with such a body.
   *
   * @param body begins to send and must not block; it has to end the stream or cut it. Not called
   *     for HEAD
   */
  public StreamingReply(String contentType, Consumer<ResponseStream> body) {
    super(200, contentType, new byte[0]);
    this.body = body;
  }

  /** Begins to send. */
  void sendTo(ResponseStream stream) {
    body.accept(stream);
  }
}
