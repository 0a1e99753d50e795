package hraftd.http.api;

import hraftd.http.Params;
import hraftd.http.Problem;
import hraftd.http.Reply;
import hraftd.http.Request;
import hraftd.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;

/**
 * Holds a route to what it declares, and so to the OpenAPI document, which a test compares with the
 * declaration: the action sees no other parameter or header than those, and an answer with another
 * status is reported.
 */
final class StrictRoute {

  private StrictRoute() {}

  /**
   * The same route, held to its declaration.
   *
   * @param violations gets what was answered and is not declared
   */
  static Route of(Route route, Consumer<String> violations) {
    return route.withAction(request -> handle(route, request, violations));
  }

  private static CompletionStage<Reply> handle(
      Route route, Request request, Consumer<String> violations) {
    try {
      return route
          .action()
          .handle(seen(route, request))
          .whenComplete(
              (reply, failure) ->
                  check(
                      route,
                      failure == null ? reply.status() : Problem.of(failure).code().status(),
                      violations));
    } catch (Problem problem) {
      check(route, problem.code().status(), violations);
      throw problem;
    }
  }

  private static void check(Route route, int status, Consumer<String> violations) {
    if (!route.statuses().contains(status) && !Route.COMMON.contains(status)) {
      violations.accept(route.method() + " " + route.path() + " answered " + status);
    }
  }

  /** The request without what the route does not declare. */
  private static Request seen(Route route, Request request) {
    StringBuilder query = new StringBuilder();
    List<String> params = new ArrayList<>(route.params());
    params.add("timeout");
    for (String name : params) {
      byte[] value = request.params().bytes(name);
      if (value != null) {
        query.append('&').append(name).append('=');
        for (byte b : value) {
          query.append("%%%02x".formatted(b));
        }
      }
    }
    HttpFields.Mutable headers = HttpFields.build();
    for (String name : route.headers()) {
      String value = request.header(name);
      if (value != null) {
        headers.add(name, value);
      }
    }
    return new Request(
        request.method(),
        request.tail(),
        Params.of(query.toString()),
        headers,
        request.body(),
        request.stream(),
        new Request.Place() {
          @Override
          public void hold(long bytes) {
            request.reserve(bytes);
          }

          @Override
          public String client() {
            return request.client();
          }

          @Override
          public void waits() {
            request.waits();
          }
        },
        request.caller());
  }
}
