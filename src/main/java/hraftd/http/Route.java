package hraftd.http;

import java.util.List;
import java.util.Set;

/**
 * One line of the route table. What it declares is compared with the OpenAPI document by a test.
 *
 * @param plane what it is about: who answers, and how long a body may be
 * @param method GET, POST, PUT or DELETE; a GET route also answers HEAD
 * @param path fixed, as {@code /key}, or with one parameter at the end that takes the rest of the
 *     path with its slashes, as <code>/key/{key}</code>
 * @param needs who may ask
 * @param body what it does with a request's body
 * @param params the query parameters that it looks at, besides {@code timeout}
 * @param headers the request headers that it looks at
 * @param statuses the statuses it can answer with, besides those of {@link #COMMON}
 * @param action what it does
 */
public record Route(
    Plane plane,
    String method,
    String path,
    Needs needs,
    Body body,
    List<String> params,
    List<String> headers,
    Set<Integer> statuses,
    Action action) {

  /** The statuses that every route can answer with. */
  public static final Set<Integer> COMMON = Set.of(400, 429, 500, 503);

  /** What a route is about. */
  public enum Plane {
    /** What is stored. Bodies are values and many pairs; the front handler answers, if there is. */
    DATA(8 << 20),
    /** The node and its cluster. Bodies name some members; Javalin answers. */
    CONTROL(64 << 10);

    private final int maxBodyBytes;

    Plane(int maxBodyBytes) {
      this.maxBodyBytes = maxBodyBytes;
    }

    /** The longest body that is held in memory. */
    public int maxBodyBytes() {
      return maxBodyBytes;
    }
  }

  /** Who may ask, where it is asked who they are. */
  public enum Needs {
    /** Everybody. */
    NOTHING,
    /** Whoever shows a token, or everybody if {@code anonymous} may do anything at all. */
    A_TOKEN,
    /** Whoever may do with the keys what is asked for: its action looks, as it knows which. */
    ITS_KEYS,
    /** Whoever may do what concerns the whole cluster. */
    ADMIN,
    /** Another node, which shows the secret. */
    SECRET
  }

  /** What a route does with a request's body. */
  public enum Body {
    /** It has none; one that comes is read and forgotten. */
    NONE,
    /** Read whole before the action, at most {@link Plane#maxBodyBytes}. */
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

  /** A route of the control plane with neither parameters nor headers of its own. */
  public static Route of(
      String method, String path, Needs needs, Body body, Set<Integer> statuses, Action action) {
    return new Route(
        Plane.CONTROL, method, path, needs, body, List.of(), List.of(), statuses, action);
  }

  /** The same route on a plane. */
  public Route on(Plane other) {
    return new Route(other, method, path, needs, body, params, headers, statuses, action);
  }

  /** The same route, looking at these query parameters. */
  public Route withParams(String... names) {
    return new Route(plane, method, path, needs, body, List.of(names), headers, statuses, action);
  }

  /** The same route, looking at these request headers. */
  public Route withHeaders(String... names) {
    return new Route(plane, method, path, needs, body, params, List.of(names), statuses, action);
  }

  /** The same route with another action. */
  public Route withAction(Action other) {
    return new Route(plane, method, path, needs, body, params, headers, statuses, other);
  }
}
