package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a defect in an action throws, and wherever it is noticed: the client gets a problem. */
@Timeout(30)
class FailedActionTest {

  private enum Defect {
    EXCEPTION {
      @Override
      CompletableFuture<Reply> happen() {
        throw new IllegalStateException("a defect");
      }
    },
    ERROR {
      @Override
      CompletableFuture<Reply> happen() {
        throw new AssertionError("a defect");
      }
    },
    LATER_EXCEPTION {
      @Override
      CompletableFuture<Reply> happen() {
        return CompletableFuture.failedFuture(new IllegalStateException("a defect"));
      }
    },
    LATER_ERROR {
      @Override
      CompletableFuture<Reply> happen() {
        return CompletableFuture.failedFuture(new AssertionError("a defect"));
      }
    };

    abstract CompletableFuture<Reply> happen();
  }

  @ParameterizedTest
  @EnumSource
  void theClientGetsAProblem(Defect defect) throws Exception {
    for (Route.Plane plane : Route.Plane.values()) {
      Route route =
          Route.of(
                  "GET",
                  "/defect",
                  Route.Needs.NOTHING,
                  Route.Body.NONE,
                  Set.of(200),
                  request -> defect.happen())
              .on(plane);
      try (HttpServer server = TestServer.of(route)) {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/defect");
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(500, answer.statusCode(), plane::toString);
        assertTrue(answer.body().contains("\"code\":\"internal\""), plane + answer.body());
      }
    }
  }
}
