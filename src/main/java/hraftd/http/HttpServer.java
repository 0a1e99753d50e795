package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.raft.HostPort;
import io.javalin.Javalin;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: Javalin on Jetty, with the {@link Dispatcher} in front. Opened in two steps, so
 * that a port that is taken is found before anything else is begun: {@link #bind}, then {@link
 * #start}.
 */
public final class HttpServer implements AutoCloseable {

  /** The longest line and headers of a request: two keys of 4096 bytes, every byte escaped. */
  static final int MAX_HEADER_BYTES = 32 << 10;

  /** A connection on which nothing happens for so long is closed. */
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  /** Each costs some kilobytes. */
  private static final int MAX_CONNECTIONS = 20_000;

  /** Clients that connect at the same moment: one too many waits a second before it tries again. */
  private static final int ACCEPT_QUEUE = 1024;

  /** No thread of the pool ever waits, so there is no use for many. */
  private static final int MAX_THREADS =
      Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

  private static final int MIN_THREADS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final HostPort address;
  private final HttpThreads threads;
  private final Server server;
  private final ServerConnector connector;
  private final RequestBudget admission = new RequestBudget();
  private final Lane lane;
  private final Lanes lanes;
  private final Metrics metrics;
  private final Supplier<String> nodeId;
  private boolean started;

  /**
   * A server that is not bound yet.
   *
   * @param address where it listens; port 0 means any free one
   * @param nodeId what answers say in X-Hraftd-Served-By; asked for each
   * @param metrics where requests are counted
   */
  public HttpServer(HostPort address, Supplier<String> nodeId, Metrics metrics) {
    this.address = address;
    this.nodeId = nodeId;
    this.metrics = metrics;
    this.threads = new HttpThreads(MAX_THREADS, MIN_THREADS);
    this.server = new Server(threads);
    this.connector = new ServerConnector(server, 0, -1, new TargetConnectionFactory(config()));
    connector.setHost(address.host().isEmpty() ? null : address.host());
    connector.setPort(address.port());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
    server.setErrorHandler(new ProblemErrorHandler());
    this.lane = new Lane(threads);
    this.lanes = new Lanes(threads);
    metrics.gauge("hraftd.http.in_flight", "Requests being answered", admission::requests);
    metrics.gauge(
        "hraftd.http.body_bytes", "Bytes of requests and long answers held", admission::bodyBytes);
  }

  private static HttpConfiguration config() {
    HttpConfiguration config = new HttpConfiguration();
    config.setSendServerVersion(false);
    config.setSendDateHeader(false);
    config.setUriCompliance(UriCompliance.UNSAFE);
    config.setRequestHeaderSize(MAX_HEADER_BYTES);
    return config;
  }

  /**
   * Takes the address; clients that connect wait until {@link #start}.
   *
   * @throws PortTakenException if it cannot be had
   */
  public void bind() throws PortTakenException {
    try {
      connector.open();
    } catch (IOException | RuntimeException e) {
      throw new PortTakenException("cannot listen on " + address + ": " + reason(e), e);
    }
  }

  private static String reason(Throwable e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  /**
   * Begins to answer; binds first if that has not been done.
   *
   * @param check of every request
   * @throws PortTakenException if the address cannot be had
   */
  public void start(RouteTable routes, RequestCheck check) throws PortTakenException {
    if (!connector.isOpen()) {
      bind();
    }
    server.setHandler(new Dispatcher(routes, check, admission, nodeId, threads, metrics));
    JavalinLogger.startupInfo = false;
    Javalin.create(
            javalin -> {
              javalin.startup.showJavalinBanner = false;
              javalin.startup.showOldJavalinVersionWarning = false;
              javalin.startup.startupWatcherEnabled = false;
              javalin.unsafe.jettyInternal.server = server;
            })
        .start();
    started = true;
  }

  /** The port that it listens on, once it is bound. */
  public int port() {
    return connector.getLocalPort();
  }

  /**
   * Runs short continuations of the actions, so that the Raft thread need not: for {@code
   * thenApplyAsync}. What runs here must not block.
   */
  public Executor lane() {
    return lane;
  }

  /** The same for reads of single keys, of which many are answered at a time. */
  public Executor lanes() {
    return lanes;
  }

  /** The server's threads, for work that is longer than the {@link #lane}'s but does not block. */
  public Executor threads() {
    return threads;
  }

  /** What it is busy with. */
  public RequestBudget admission() {
    return admission;
  }

  /**
   * Refuses new requests, waits until those in flight are answered, then closes all connections.
   *
   * @param grace how long to wait for answers
   */
  public void stop(Duration grace) {
    admission.close();
    try {
      if (started
          && !admission.awaitIdle(grace.toNanos(), TimeUnit.NANOSECONDS)
          && !grace.isZero()) {
        LOG.warn("stopping with {} requests unanswered", admission.requests());
      }
      connector.close();
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.warn("the HTTP server did not stop in order", e);
    }
  }

  /** Stops without waiting. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
