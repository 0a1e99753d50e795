package hraftd.http.api;

import hraftd.http.Reply;
import hraftd.http.Route;
import hraftd.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What describes the node: {@code GET /metrics} and {@code GET /openapi.yaml}. */
final class DocumentResource {

  private final Metrics metrics;

  /**
   * The resource of a node.
   *
   * @param metrics to be shown
   */
  DocumentResource(Metrics metrics) {
    this.metrics = metrics;
  }

  List<Route> routes() {
    byte[] openapi = openapi();
    return List.of(
        Route.of(
            "GET",
            "/metrics",
            Route.Needs.A_TOKEN,
            Route.Body.NONE,
            Set.of(200),
            request ->
                CompletableFuture.completedFuture(
                    Reply.of(
                        200,
                        Metrics.CONTENT_TYPE,
                        metrics.text().getBytes(StandardCharsets.UTF_8)))),
        Route.of(
            "GET",
            "/openapi.yaml",
            Route.Needs.A_TOKEN,
            Route.Body.NONE,
            Set.of(200),
            request ->
                CompletableFuture.completedFuture(Reply.of(200, "application/yaml", openapi))));
  }

  private static byte[] openapi() {
    try (InputStream in = DocumentResource.class.getResourceAsStream("/openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
