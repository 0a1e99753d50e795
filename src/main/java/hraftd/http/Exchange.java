package hraftd.http;

import hraftd.metrics.RouteMeter;
import hraftd.text.BoundedLog;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One request from its admission to the last byte of its answer: whatever happens in between, it is
 * answered once, counted once, and what it held is given back once.
 */
final class Exchange extends Callback.Nested {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Exchange.class));

  /** A document that is longer is counted while it is sent: its client may read slowly. */
  private static final int LONG_ANSWER_BYTES = 64 << 10;

  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, Reply.JSON);

  private final Request request;
  private final Response response;
  private final RequestBudget admission;
  private final RouteMeter meter;
  private final HttpField servedBy;
  private final long began = System.nanoTime();
  private int status;
  private boolean admitted;
  private boolean counted;
  private long held;

  /** A request that has come. */
  Exchange(
      Request request,
      Response response,
      Callback callback,
      RequestBudget admission,
      RouteMeter meter,
      HttpField servedBy) {
    super(callback);
    this.request = request;
    this.response = response;
    this.admission = admission;
    this.meter = meter;
    this.servedBy = servedBy;
  }

  /**
   * Counts the request as being answered. Not before its body is here: whoever sends slowly shall
   * not take the place of others.
   *
   * @throws Problem 429 if there are too many, 503 if the server is stopping
   */
  void enter() {
    admission.enter();
    admitted = true;
  }

  /**
   * Counts body bytes that are held until the answer is sent.
   *
   * @throws Problem 429 if there are too many
   */
  void hold(long bytes) {
    admission.reserve(bytes);
    held += bytes;
  }

  /** Gives the body bytes back before the end. */
  void drop() {
    admission.release(held);
    held = 0;
  }

  /** Answers with what an action's future gave. */
  void end(@Nullable Reply reply, @Nullable Throwable failure) {
    try {
      if (reply != null) {
        holdAnswer(reply);
        answer(reply);
      } else {
        refuse(failure == null ? new NullPointerException("no reply") : failure);
      }
    } catch (Problem problem) {
      refuse(problem);
    } catch (RuntimeException | Error e) {
      LOG.defect("{} could not be answered", TargetConnectionFactory.target(request), e);
      failed(e);
    }
  }

  /**
   * Counts a long document until it is sent; raw values are the store's own bytes.
   *
   * @throws Problem 429 if there is too much; a transaction that it concerns has happened all the
   *     same, and can be repeated under its idempotency key
   */
  private void holdAnswer(Reply reply) {
    drop();
    if (reply.body().length <= LONG_ANSWER_BYTES || !reply.contentType().equals(Reply.JSON)) {
      return;
    }
    try {
      hold(reply.body().length);
    } catch (Problem problem) {
      boolean isRead =
          HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
      throw isRead ? problem : new Problem(problem.code(), Code.Effect.UNKNOWN, problem.detail());
    }
  }

  /** Answers with a reply. */
  void answer(Reply reply) {
    status = reply.status();
    response.getHeaders().add(servedBy);
    // Jetty closes a connection on which a body is still coming; unsaid, a client would send its
    // next request on it and never hear of that.
    if (status >= HttpStatus.BAD_REQUEST_400 && !request.consumeAvailable()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    if (reply instanceof StreamingReply stream) {
      // Counted now: how long the client stays is not how long it waited.
      ended();
      counted = true;
      writeHead(response, reply);
      stream.stream().send(request, response, this);
    } else {
      write(response, reply, this);
    }
  }

  /** Answers with an error. */
  void refuse(Throwable failure) {
    Problem problem = Problem.of(failure);
    if (problem.code() == Code.INTERNAL) {
      LOG.defect("{} failed", TargetConnectionFactory.target(request), Problem.unwrap(failure));
    }
    answer(problem.reply());
  }

  /** Sends a whole reply. */
  static void write(Response response, Reply reply, Callback callback) {
    writeHead(response, reply);
    if (reply.status() != HttpStatus.NOT_MODIFIED_304) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.body().length);
    }
    response.write(/* last= */ true, ByteBuffer.wrap(reply.body()), callback);
  }

  private static void writeHead(Response response, Reply reply) {
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    if (reply.contentType().equals(Reply.JSON)) {
      headers.add(JSON);
    } else if (!reply.contentType().isEmpty()) {
      headers.add(HttpHeader.CONTENT_TYPE, reply.contentType());
    }
    List<String> more = reply.headers();
    for (int i = 0; i < more.size(); i += 2) {
      headers.add(more.get(i), more.get(i + 1));
    }
  }

  @Override
  public void succeeded() {
    ended();
    super.succeeded();
  }

  @Override
  public void failed(Throwable failure) {
    ended();
    super.failed(failure);
  }

  private void ended() {
    if (!counted) {
      meter.record(status, System.nanoTime() - began);
    }
    leave();
  }

  private void leave() {
    drop();
    if (admitted) {
      admitted = false;
      admission.leave();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
