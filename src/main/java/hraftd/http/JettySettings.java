package hraftd.http;

import hraftd.raft.HostPort;
import io.javalin.config.JettyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** How Jetty is set up, told to Javalin through the hooks of its configuration. */
final class JettySettings {

  /** The longest line and headers of a request: two keys of 4096 bytes, every byte escaped. */
  static final int MAX_HEADER_BYTES = 32 << 10;

  /** A connection on which nothing happens for so long is closed. */
  static final Duration IDLE_TIMEOUT = Duration.ofSeconds(60);

  /** Each costs some kilobytes. */
  private static final int MAX_CONNECTIONS = 20_000;

  /**
   * What the kernel takes of an answer that nobody reads, of each connection; left alone it takes
   * megabytes, which no limit of ours would know of.
   */
  private static final int SEND_BUFFER_BYTES = 256 << 10;

  /**
   * Any target, but for a fragment: Jetty would leave it away, and the key before it is another.
   */
  private static final UriCompliance ANY_TARGET =
      UriCompliance.from("*,-" + UriCompliance.Violation.FRAGMENT.name());

  /** As RFC 9112 has it, a host in the target wins over the header. */
  private static final HttpCompliance RFC9112 =
      HttpCompliance.RFC9110.with("RFC9112", HttpCompliance.Violation.MISMATCHED_AUTHORITY);

  private JettySettings() {}

  /**
   * Tells Javalin.
   *
   * @param channel where clients connect, bound
   * @param https how it speaks HTTPS; null: it speaks plain HTTP
   * @param handlers stand in front of Javalin's servlet, the outermost first
   * @param headers of all answers
   */
  static void apply(
      JettyConfig jetty,
      HostPort address,
      ServerSocketChannel channel,
      @Nullable Https https,
      HttpThreads threads,
      List<Handler.Wrapper> handlers,
      CommonHeaders headers) {
    jetty.threadPool = threads;
    jetty.modifyHttpConfiguration(
        config -> {
          config.setSendServerVersion(false);
          config.setUriCompliance(ANY_TARGET);
          config.setHttpCompliance(RFC9112);
          config.setRequestHeaderSize(MAX_HEADER_BYTES);
          config.addCustomizer(headers);
        });
    jetty.addConnector((server, config) -> connector(server, config, address, channel, https));
    jetty.modifyServer(server -> server(server, handlers, headers));
    jetty.modifyServletContextHandler(context -> servletContext(context, headers));
  }

  private static Connector connector(
      Server server,
      HttpConfiguration config,
      HostPort address,
      ServerSocketChannel channel,
      @Nullable Https https) {
    HttpConnectionFactory http = new HttpConnectionFactory(config);
    ServerConnector connector =
        https == null
            ? new ServerConnector(server, 0, -1, http)
            : new ServerConnector(server, 0, -1, new TlsConnections(https), http);
    connector.setHost(address.host().isEmpty() ? null : address.host());
    connector.setPort(address.port());
    connector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
    connector.setIdleTimeout(IDLE_TIMEOUT.toMillis());
    try {
      connector.open(channel);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return connector;
  }

  private static void server(Server server, List<Handler.Wrapper> handlers, CommonHeaders headers) {
    // It would shorten every connection's idle timeout when the few threads are all busy.
    server.getBeans(LowResourceMonitor.class).forEach(server::removeBean);
    server.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, server));
    server.setErrorHandler(new ProblemErrorHandler(headers));
    for (int i = 1; i < handlers.size(); i++) {
      handlers.get(i - 1).setHandler(handlers.get(i));
    }
    server.setHandler(handlers.get(0));
  }

  private static void servletContext(ServletContextHandler context, CommonHeaders headers) {
    // A key may be called so.
    context.setProtectedTargets(new String[0]);
    context.getServletHandler().setDecodeAmbiguousURIs(true);
    context.setErrorHandler(new ProblemErrorHandler(headers));
  }
}
