package hraftd.http;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;

/**
 * HTTP/1.1 connections that keep a request's target as it came. Jetty's own view of a path is made
 * for files: it refuses {@code %00} and gives {@code ..}, {@code //} and {@code ;} a meaning, but
 * in a key they are bytes like others. So Jetty gets to see {@code /} alone.
 */
final class TargetConnectionFactory extends HttpConnectionFactory {

  TargetConnectionFactory(HttpConfiguration config) {
    super(config);
  }

  /** The target of the request that this connection is serving. */
  static String target(Request request) {
    return request.getConnectionMetaData().getConnection() instanceof TargetConnection connection
        ? connection.target
        : request.getHttpURI().getPathQuery();
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(
        new TargetConnection(getHttpConfiguration(), connector, endPoint), connector, endPoint);
  }

  private static final class TargetConnection extends HttpConnection {

    /** One request at a time is served, and the next is parsed after its answer. */
    private volatile String target = "/";

    TargetConnection(HttpConfiguration config, Connector connector, EndPoint endPoint) {
      super(config, connector, endPoint);
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
      target = uri == null ? "/" : uri;
      return super.newHttpStream(method, "/", version);
    }
  }
}
