package hraftd.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All routes of the server, looked up by the raw path. Immutable. */
public final class RouteTable {

  private final List<Route> routes;
  private final Map<String, Map<String, Route>> fixed = new HashMap<>();
  private final List<Map.Entry<String, Map<String, Route>>> open = new ArrayList<>();

  /**
   * The table of these routes.
   *
   * @throws IllegalArgumentException if two have the same method and path
   */
  public RouteTable(List<Route> routes) {
    this.routes = List.copyOf(routes);
    Map<String, Map<String, Route>> prefixes = new TreeMap<>();
    for (Route route : routes) {
      int brace = route.path().indexOf('{');
      Map<String, Map<String, Route>> paths = brace < 0 ? fixed : prefixes;
      String path = brace < 0 ? route.path() : route.path().substring(0, brace);
      if (paths.computeIfAbsent(path, p -> new HashMap<>()).put(route.method(), route) != null) {
        throw new IllegalArgumentException(route.method() + " " + route.path() + " is there twice");
      }
    }
    open.addAll(prefixes.entrySet());
  }

  /** All routes, as they were given. */
  public List<Route> routes() {
    return routes;
  }

  /** The part of the table that is on a plane. */
  RouteTable on(Route.Plane plane) {
    return new RouteTable(routes.stream().filter(route -> route.plane() == plane).toList());
  }

  /**
   * What a path leads to.
   *
   * @param methods the routes by method
   * @param tail what the path's parameter stands for, raw; empty if there is none
   */
  record Match(Map<String, Route> methods, String tail) {

    /** The route for a method; null if there is none. */
    @Nullable Route route(String method) {
      return methods.get(method.equals("HEAD") ? "GET" : method);
    }

    /** The value of an Allow header. */
    String allowed() {
      TreeSet<String> names = new TreeSet<>(methods.keySet());
      if (names.contains("GET")) {
        names.add("HEAD");
      }
      return String.join(", ", names);
    }
  }

  /**
   * Looks a raw path up; null if nothing is there. A fixed path has its own methods, and those of
   * an open one that it fits.
   */
  @Nullable Match find(String path) {
    Map<String, Route> own = fixed.get(path);
    for (Map.Entry<String, Map<String, Route>> entry : open) {
      if (path.startsWith(entry.getKey())) {
        Map<String, Route> methods = entry.getValue();
        if (own != null) {
          methods = new HashMap<>(methods);
          methods.putAll(own);
        }
        return new Match(methods, path.substring(entry.getKey().length()));
      }
    }
    return own == null ? null : new Match(own, "");
  }
}
