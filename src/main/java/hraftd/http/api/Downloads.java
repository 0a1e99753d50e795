package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.http.ResponseStream;
import hraftd.http.StreamOutput;
import hraftd.http.StreamingReply;
import hraftd.text.BoundedLog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;

/**
 * Answers whose bodies are written by a thread of their own, as that takes long and blocks; there
 * are few at a time. Thread-safe.
 */
final class Downloads {

  private static final int BUFFER_BYTES = 64 << 10;

  private final String thread;
  private final String what;
  private final String tooMany;
  private final BoundedLog log;
  private final Semaphore free;

  /**
   * None yet.
   *
   * @param thread the name of each
   * @param what is sent, in a word, for the log
   * @param most at a time
   * @param tooMany what the next one is told
   */
  Downloads(String thread, String what, int most, String tooMany, BoundedLog log) {
    this.thread = thread;
    this.what = what;
    this.tooMany = tooMany;
    this.log = log;
    this.free = new Semaphore(most);
  }

  /** Writes a body; may block as long as its reader does. */
  @FunctionalInterface
  interface Body {
    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * An answer with this body, which HEAD does not ask for.
   *
   * @throws Problem if there are as many already
   */
  StreamingReply reply(Request request, String contentType, Body body) {
    boolean head = request.method().equals("HEAD");
    if (!head && !free.tryAcquire()) {
      throw new Problem(Code.OVERLOADED, tooMany);
    }
    return new StreamingReply(
        contentType, stream -> OwnThread.start(thread, () -> send(body, stream), free::release));
  }

  private void send(Body body, ResponseStream stream) {
    boolean whole = false;
    try {
      OutputStream out = new BufferedOutputStream(new StreamOutput(stream), BUFFER_BYTES);
      body.writeTo(out);
      out.flush();
      whole = true;
    } catch (IOException | RuntimeException e) {
      log.warn(what + ": broken off: {}", e.toString());
    } finally {
      free.release();
      if (whole) {
        stream.end();
      } else {
        stream.cut();
      }
    }
  }
}
