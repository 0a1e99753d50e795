package hraftd.http;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Background;
import io.javalin.http.Context;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of requests that are not answered when the server has to end. */
class StoppedServerTest {

  private final CompletableFuture<Reply> reply = new CompletableFuture<>();
  private final AtomicInteger asked = new AtomicInteger();

  private HttpServer server(Route.Plane plane) throws IOException {
    Route route =
        Route.of(
                "GET",
                "/late",
                Route.Needs.NOTHING,
                Route.Body.NONE,
                Set.of(200),
                request -> {
                  asked.incrementAndGet();
                  return reply;
                })
            .on(plane);
    return TestServer.of(route);
  }

  /**
   * Jetty empties the parts of a request that it has given up. Javalin asks for an answer to
   * whatever an answer to a failure throws, and so on for ever: a thread that is lost and a log
   * that grows by megabytes a second.
   */
  @Test
  void noAnswerIsTriedForARequestThatIsGone() {
    Context gone =
        (Context)
            Proxy.newProxyInstance(
                Context.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (proxy, method, arguments) -> {
                  throw new NullPointerException("recycled");
                });
    assertDoesNotThrow(() -> JavalinRoutes.refuse(gone, new IllegalStateException("too late")));
  }

  @ParameterizedTest
  @EnumSource(Route.Plane.class)
  void anAnswerThatComesAfterTheEndComesToNothing(Route.Plane plane) throws Exception {
    HttpServer server = server(plane);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /late HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      eventually("it is asked", () -> asked.get() > 0);
      server.close();
      CompletableFuture<Boolean> late =
          Background.supply(() -> reply.complete(Reply.text(200, "late")));
      assertTrue(late.get(10, TimeUnit.SECONDS));
      String told = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertFalse(told.contains("late"), told);
      assertFalse(told.contains("jetty"), told);
    }
  }
}
