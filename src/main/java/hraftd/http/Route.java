package hraftd.http;

import java.util.List;
import java.util.Set;

/**
 * One line of the route table. What it declares is compared with the OpenAPI document by a test.
 *
 * @param method GET, POST, PUT or DELETE; a GET route also answers HEAD
 * @param path fixed, as {@code /key}, or with one parameter at the end that takes the rest of the
 *     path with its slashes, as <code>/key/{key}</code>
 * @param body what it does with a request's body
 * @param params the query parameters that it looks at, besides {@code timeout}
 * @param headers the request headers that it looks at
 * @param statuses the statuses it can answer with, besides those of {@link #COMMON}
 * @param action what it does
 */
public record Route(
    String method,
    String path,
    Body body,
    List<String> params,
    List<String> headers,
    Set<Integer> statuses,
    Action action) {

  /** The statuses that every route can answer with. */
  public static final Set<Integer> COMMON = Set.of(400, 429, 500, 503);

  /** What a route does with a request's body. */
  public enum Body {
    /** It has none; one that comes is read and forgotten. */
    NONE,
    /** Read whole before the action, at most {@link Dispatcher#MAX_BODY_BYTES}. */
    WHOLE,
    /** Read by the action, without limit. */
    STREAM
  }

  /** Copies. */
  public Route {
    params = List.copyOf(params);
    headers = List.copyOf(headers);
    statuses = Set.copyOf(statuses);
  }

  /** A route with neither parameters nor headers of its own. */
  public static Route of(
      String method, String path, Body body, Set<Integer> statuses, Action action) {
    return new Route(method, path, body, List.of(), List.of(), statuses, action);
  }

  /** The same route, looking at these query parameters. */
  public Route withParams(String... names) {
    return new Route(method, path, body, List.of(names), headers, statuses, action);
  }

  /** The same route, looking at these request headers. */
  public Route withHeaders(String... names) {
    return new Route(method, path, body, params, List.of(names), statuses, action);
  }
}
