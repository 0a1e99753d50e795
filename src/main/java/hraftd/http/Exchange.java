package hraftd.http;

import hraftd.fatal.FatalErrors;
import hraftd.metrics.RouteMeter;
import hraftd.raft.Deadline;
import hraftd.security.Caller;
import hraftd.text.BoundedLog;
import java.io.InputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One request from its admission to the last byte of its answer: whoever answers it and whatever
 * happens in between, it is answered once, counted once, and what it held is given back once. It is
 * the callback by which Jetty gets to know of the end.
 */
final class Exchange extends Callback.Nested implements Access.Asking, hraftd.http.Request.Place {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Exchange.class));

  /** A document that is longer is counted while it is sent: its client may read slowly. */
  private static final int LONG_ANSWER_BYTES = 64 << 10;

  private static final String ATTRIBUTE = Exchange.class.getName();

  private final Request request;
  private final Response response;
  private final RequestBudget budget;
  private final Access access;
  private final long began = System.nanoTime();
  private final AtomicBoolean answering = new AtomicBoolean();
  private RouteMeter meter;
  private byte[] body = new byte[0];
  private @Nullable Problem refusal;
  private @Nullable Route route;
  private @Nullable Caller caller;
  private boolean admitted;
  private boolean counted;
  private long held;

  /** How long it was worked at before it began to wait; 0: it has not. */
  private long worked;

  /**
   * A request that has come.
   *
   * @param callback to be called when it has been answered
   * @param access finds out who sends it, and hears how it is answered
   * @param meter counts it
   */
  Exchange(
      Request request,
      Response response,
      Callback callback,
      RequestBudget budget,
      Access access,
      RouteMeter meter) {
    super(callback);
    this.request = request;
    this.response = response;
    this.budget = budget;
    this.access = access;
    this.meter = meter;
  }

  /** Makes it to be found by {@link #of}: for who sees the request only through others' eyes. */
  void attach() {
    request.setAttribute(ATTRIBUTE, this);
  }

  /** The exchange of a request that has one attached. */
  static Exchange of(Request request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Exchange exchange) {
      return exchange;
    }
    throw new IllegalStateException("a request without an exchange: " + request.getHttpURI());
  }

  /** The request as it came. */
  Request request() {
    return request;
  }

  /**
   * Finds out who sends it. Done already as a rule; fails with a {@link Problem} if it is not for
   * that one.
   */
  CompletableFuture<Caller> identify(Route asked) {
    route = asked;
    CompletableFuture<Caller> found = access.caller(asked, this);
    if (!found.isDone() || found.isCompletedExceptionally()) {
      return found.thenApply(known -> permitted(asked, known));
    }
    try {
      permitted(asked, found.join());
      return found;
    } catch (Problem notForThatOne) {
      return CompletableFuture.failedFuture(notForThatOne);
    }
  }

  /** Known even if it is refused: the audit is to say who tried. */
  private Caller permitted(Route asked, Caller known) {
    caller = known;
    access.permit(asked, known);
    return known;
  }

  @Override
  public @Nullable String authorization() {
    return request.getHeaders().get(HttpHeader.AUTHORIZATION);
  }

  @Override
  public @Nullable String certified() {
    return ClientCertificate.name(request);
  }

  @Override
  public String client() {
    return Request.getRemoteAddr(request);
  }

  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public @Nullable String host() {
    return request.getHeaders().get(HttpHeader.HOST);
  }

  @Override
  public String target() {
    return request.getHttpURI().getPathQuery();
  }

  @Override
  public Deadline deadline() {
    try {
      return Deadline.after(
          hraftd.http.Request.timeout(Params.of(request.getHttpURI().getQuery())));
    } catch (Problem malformed) {
      // It is refused for that once it is known who sends it.
      return Deadline.after(hraftd.http.Request.DEFAULT_TIMEOUT);
    }
  }

  @Override
  public String path() {
    return request.getHttpURI().getPath();
  }

  /** Its body has been read; not copied. */
  void body(byte[] bytes) {
    body = bytes;
  }

  /** Why it has to be refused; null if nothing is known against it. */
  @Nullable Problem refusal() {
    return refusal;
  }

  /** It is to be refused by who answers it. */
  void refusal(Problem why) {
    refusal = why;
  }

  /** Its route is known, and with it what counts it. */
  void meter(RouteMeter ofRoute) {
    meter = ofRoute;
  }

  /**
   * Counts the request as being answered, and gives what its action gets. Not before its body is
   * here: whoever sends slowly shall not take the place of others.
   *
   * @param tail what stands in the path for the route's last part
   * @throws Problem 429 if there are too many, 400 if the timeout is none
   */
  hraftd.http.Request enter(Route route, String tail, Params params) {
    budget.enter();
    admitted = true;
    Caller known = caller;
    if (known == null) {
      throw new IllegalStateException("nobody has asked who sends " + request.getHttpURI());
    }
    boolean streams = route.body() == Route.Body.STREAM;
    return new hraftd.http.Request(
        request.getMethod(),
        tail,
        params,
        request.getHeaders(),
        body,
        streams ? new RequestStream(request) : InputStream.nullInputStream(),
        this,
        known);
  }

  /**
   * Counts body bytes that are held until the answer is sent.
   *
   * @throws Problem 429 if there are too many
   */
  @Override
  public void hold(long bytes) {
    budget.reserve(remote(), held, bytes);
    held += bytes;
  }

  @Override
  public long began() {
    return began;
  }

  @Override
  public void waits() {
    worked = System.nanoTime() - began;
    mayBeIdle();
    leave();
  }

  /** Jetty does not give it up because nothing comes or goes. */
  void mayBeIdle() {
    request.addIdleTimeoutListener((TimeoutException idle) -> false);
  }

  /** Gives the body bytes back before the end. */
  void drop() {
    if (held != 0) {
      budget.release(remote(), held);
      held = 0;
    }
  }

  private SocketAddress remote() {
    return request.getConnectionMetaData().getRemoteSocketAddress();
  }

  /** True if an answer has begun: then there cannot be another. */
  boolean answering() {
    return answering.get();
  }

  /**
   * Answers.
   *
   * @param sent is called when the answer is gone
   * @throws Problem if the answer cannot be held; then nothing has been sent
   * @throws IllegalStateException if it has been answered already
   */
  void answer(Reply reply, Outlet outlet, Callback sent) {
    holdAnswer(reply);
    if (!answering.compareAndSet(false, true)) {
      throw new IllegalStateException("answered already: " + request.getHttpURI());
    }
    // Jetty closes a connection on which a body is still coming; unsaid, a client would send its
    // next request on it and never hear of that.
    if (reply.status() >= HttpStatus.BAD_REQUEST_400 && !request.consumeAvailable()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    // Before it is sent: what a client has been answered stands in the metrics that it reads next,
    // and how long a client takes to read is not how long it waited.
    count(reply.status());
    boolean bodiless =
        reply.status() == HttpStatus.NOT_MODIFIED_304
            || reply.status() == HttpStatus.NO_CONTENT_204;
    if (reply instanceof StreamingReply stream) {
      leave();
      outlet.head(reply, Outlet.UNKNOWN_LENGTH);
      if (HttpMethod.HEAD.is(request.getMethod())) {
        headAlone(outlet, sent);
      } else {
        stream.sendTo(new AnswerStream(this, outlet, sent));
      }
    } else if (bodiless) {
      outlet.head(reply, Outlet.UNKNOWN_LENGTH);
      headAlone(outlet, sent);
    } else {
      outlet.head(reply, reply.body().length);
      outlet.write(/* last= */ true, ByteBuffer.wrap(reply.body()), sent);
    }
  }

  /** In two parts: what ends with its first is given a length, and 0 would be a wrong one. */
  private static void headAlone(Outlet outlet, Callback sent) {
    outlet.write(
        /* last= */ false,
        BufferUtil.EMPTY_BUFFER,
        Callback.from(
            () -> outlet.write(/* last= */ true, BufferUtil.EMPTY_BUFFER, sent), sent::failed));
  }

  /**
   * Counts a long document until it is sent, and any that has been waited for: thousands may have
   * waited for the same. Raw values are the store's own bytes.
   *
   * @throws Problem 429 if there is too much; a transaction that it concerns has happened all the
   *     same, and can be repeated under its idempotency key
   */
  private void holdAnswer(Reply reply) {
    drop();
    body = new byte[0];
    boolean isShort = reply.body().length <= LONG_ANSWER_BYTES && worked == 0;
    if (isShort || !reply.contentType().equals(Reply.JSON)) {
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

  /** The answer that a failure means; a defect is logged. */
  Problem problem(Throwable failure) {
    FatalErrors.check(failure);
    Problem problem = Problem.of(failure);
    if (problem.code() == Code.INTERNAL) {
      LOG.defect("{} failed", request.getHttpURI().getPathQuery(), Problem.unwrap(failure));
    }
    return problem;
  }

  /** Closes the connection, even in the middle of a write. */
  void cut() {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
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
      count(response.getStatus());
    }
    leave();
  }

  private void count(int status) {
    counted = true;
    meter.record(status, worked > 0 ? worked : System.nanoTime() - began);
    access.answered(route, caller, this, status);
  }

  private void leave() {
    drop();
    if (admitted) {
      admitted = false;
      budget.leave();
    }
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }
}
