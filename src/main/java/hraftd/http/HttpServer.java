package hraftd.http;

import hraftd.metrics.Metrics;
import hraftd.raft.HostPort;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.util.JavalinException;
import io.javalin.util.JavalinLogger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: Javalin on Jetty. Opened in two steps, so that a port that is taken is found
 * before anything else is begun: {@link #bind}, then {@link #start}.
 */
public final class HttpServer implements AutoCloseable {

  /** Clients that connect at the same moment: one too many waits a second before it tries again. */
  private static final int ACCEPT_QUEUE = 1024;

  /** No thread of the pool ever waits, so there is no use for many. */
  private static final int MAX_THREADS =
      Math.max(8, 2 * Runtime.getRuntime().availableProcessors());

  static final int MIN_THREADS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  private final HostPort address;
  private final @Nullable Https https;
  private final boolean front;
  private final Metrics metrics;
  private final CommonHeaders headers;
  private final HttpThreads threads = new HttpThreads(MAX_THREADS, MIN_THREADS);
  private final RequestBudget admission = new RequestBudget();
  private final Lane lane = new Lane(threads);
  private final Lanes lanes = new Lanes(threads);
  private final Executor longWork = new LongWork(threads);
  private final GracefulHandler graceful = new GracefulHandler();
  private @Nullable ServerSocketChannel channel;
  private @Nullable Javalin javalin;

  /**
   * A server that is not bound yet.
   *
   * @param address where it listens; port 0 means any free one
   * @param https how it speaks HTTPS; null: it speaks plain HTTP
   * @param front true if the data plane is answered before Javalin
   * @param nodeId what answers say in X-Hraftd-Served-By; asked for each
   * @param metrics where requests are counted
   */
  public HttpServer(
      HostPort address,
      @Nullable Https https,
      boolean front,
      Supplier<String> nodeId,
      Metrics metrics) {
    this.address = address;
    this.https = https;
    this.front = front;
    this.metrics = metrics;
    this.headers = new CommonHeaders(nodeId);
    metrics.gauge("hraftd.http.in_flight", "Requests being answered", admission::requests);
    metrics.gauge(
        "hraftd.http.body_bytes", "Bytes of requests and long answers held", admission::bodyBytes);
  }

  /**
   * Takes the address; clients that connect wait until {@link #start}.
   *
   * @throws PortTakenException if it cannot be had
   */
  public void bind() throws PortTakenException {
    bound();
  }

  private ServerSocketChannel bound() throws PortTakenException {
    if (channel != null) {
      return channel;
    }
    try {
      ServerSocketChannel opened = ServerSocketChannel.open();
      try {
        opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        opened.bind(
            address.host().isEmpty()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(address.host(), address.port()),
            ACCEPT_QUEUE);
      } catch (IOException | RuntimeException e) {
        opened.close();
        throw e;
      }
      channel = opened;
      return opened;
    } catch (IOException | RuntimeException e) {
      throw new PortTakenException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  /**
   * Begins to answer; binds first if that has not been done.
   *
   * @param check of every request
   * @param access who may ask
   * @throws PortTakenException if the address cannot be had
   */
  public void start(RouteTable routes, RequestCheck check, Access access)
      throws PortTakenException {
    ServerSocketChannel socket = bound();
    JavalinLogger.startupInfo = false;
    try {
      javalin =
          Javalin.create(
                  config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.showOldJavalinVersionWarning = false;
                    config.startup.startupWatcherEnabled = false;
                    config.router.ignoreTrailingSlashes = false;
                    config.router.javaLangErrorHandler(JavalinRoutes::refuse);
                    config.http.prefer405over404 = true;
                    config.http.compressionStrategy = CompressionStrategy.NONE;
                    JettySettings.apply(
                        config.jetty,
                        address,
                        socket,
                        https,
                        threads,
                        handlers(routes, check, access),
                        headers);
                    StaticPages.addTo(config.staticFiles);
                    new JavalinRoutes(routes, check, metrics).addTo(config.routes);
                  })
              .start();
    } catch (JavalinException e) {
      throw new PortTakenException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  /** What stands in front of Javalin's servlet, the outermost first. */
  private List<Handler.Wrapper> handlers(RouteTable routes, RequestCheck check, Access access) {
    List<Handler.Wrapper> handlers = new ArrayList<>();
    handlers.add(graceful);
    if (front) {
      RouteTable data = routes.on(Route.Plane.DATA);
      handlers.add(new FrontHandler(data, check, access, admission, longWork, metrics));
    }
    handlers.add(
        new Intake(routes, check, access, admission, longWork, metrics.route("none", "none")));
    handlers.add(new EagerContentHandler(new BodyLoaders(routes)));
    handlers.add(new HandOver(threads));
    return handlers;
  }

  /**
   * The port that it listens on, once it is bound.
   *
   * @throws IllegalStateException if it is not
   */
  public int port() {
    ServerSocketChannel open = channel;
    if (open == null) {
      throw new IllegalStateException("not bound");
    }
    return open.socket().getLocalPort();
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

  /** Runs work that is longer than the {@link #lane}'s but does not block. */
  public Executor longWork() {
    return longWork;
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
    Javalin running = javalin;
    try {
      if (running != null) {
        awaitAnswers(grace);
        running.stop();
      } else if (channel != null) {
        channel.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      LOG.warn("the HTTP server did not stop in order", e);
    }
  }

  private void awaitAnswers(Duration grace) throws InterruptedException {
    try {
      graceful.shutdown().get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (!grace.isZero()) {
        LOG.warn("stopping with {} requests unanswered", graceful.getCurrentRequestCount());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for answers failed", e);
    }
  }

  /** Stops without waiting. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
