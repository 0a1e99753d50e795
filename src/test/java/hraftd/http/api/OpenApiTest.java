package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.Code;
import hraftd.http.RequestCheck;
import hraftd.http.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The document and the route table say the same. */
class OpenApiTest {

  private static TestNode node;
  private static List<Route> routes;
  private static Map<String, Object> document;

  @BeforeAll
  static void read() throws IOException {
    node = new TestNode();
    routes = new ArrayList<>(node.routes.routes());
    routes.addAll(clusterRoutes());
    document = new Yaml().load(node.client().get("/openapi.yaml").text());
  }

  /** What a node adds to the routes of the store; what only nodes ask each other is no API. */
  @SuppressWarnings("NullAway") // The resources' lists are looked at, nothing is asked of them.
  private static List<Route> clusterRoutes() {
    List<Route> added = new ArrayList<>(new ClusterResource(null, all -> {}).routes());
    added.addAll(new HealthResource(null).routes());
    added.addAll(new RootResource().routes());
    added.addAll(new EventsResource(null, true, null).routes());
    return added;
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(@Nullable Object object) {
    assertNotNull(object);
    return (Map<String, Object>) object;
  }

  /** What a reference points at. */
  private static Map<String, Object> resolved(@Nullable Object object) {
    Map<String, Object> found = map(object);
    if (found.get("$ref") instanceof String ref) {
      Map<String, Object> at = document;
      for (String name : ref.substring("#/".length()).split("/")) {
        assertTrue(at.containsKey(name), ref);
        at = map(at.get(name));
      }
      return at;
    }
    return found;
  }

  private static Map<String, Map<String, Object>> operations() {
    Map<String, Map<String, Object>> operations = new LinkedHashMap<>();
    map(document.get("paths"))
        .forEach(
            (path, methods) ->
                map(methods)
                    .forEach(
                        (method, operation) ->
                            operations.put(
                                method.toUpperCase(Locale.ROOT) + " " + path, map(operation))));
    return operations;
  }

  private static String name(Route route) {
    return route.method() + " " + route.path();
  }

  private static Map<String, Object> operation(Route route) {
    return map(operations().get(name(route)));
  }

  private static List<?> list(@Nullable Object object) {
    assertNotNull(object);
    return (List<?>) object;
  }

  @Test
  void theDocumentHasAllRoutesAndNoOthers() {
    Set<String> names = new TreeSet<>();
    routes.forEach(route -> names.add(name(route)));
    assertEquals(names, new TreeSet<>(operations().keySet()));
  }

  @Test
  void everyRouteHasItsParametersInTheDocument() {
    for (Route route : routes) {
      Set<String> expected = new TreeSet<>(Set.of("query timeout"));
      route.params().forEach(name -> expected.add("query " + name));
      route.headers().forEach(name -> expected.add("header " + name));
      if (route.path().endsWith("{key}")) {
        expected.add("path key");
      } else if (route.path().endsWith("{name}")) {
        expected.add("path name");
      }
      Set<String> documented = new TreeSet<>();
      for (Object entry : list(operation(route).get("parameters"))) {
        Map<String, Object> parameter = resolved(entry);
        documented.add(parameter.get("in") + " " + parameter.get("name"));
      }
      assertEquals(expected, documented, name(route));
    }
  }

  @Test
  void everyRouteHasItsStatusesInTheDocument() {
    for (Route route : routes) {
      Set<String> expected = new TreeSet<>();
      route.statuses().forEach(status -> expected.add("" + status));
      Route.COMMON.forEach(status -> expected.add("" + status));
      expected.add("default");
      Map<String, Object> responses = map(operation(route).get("responses"));
      assertEquals(expected, new TreeSet<>(responses.keySet()), name(route));
      responses.values().forEach(response -> assertNotNull(resolved(response).get("description")));
    }
  }

  /** What is refused before its route is looked at stands in one place. */
  @Test
  void everyRouteSaysWhatAnyRequestMayBeRefusedWith() {
    for (Route route : routes) {
      Map<String, Object> refused = resolved(map(operation(route).get("responses")).get("default"));
      String description = String.valueOf(refused.get("description"));
      for (Code code : RequestCheck.CODES) {
        assertTrue(
            description.contains(code.word() + " (" + code.status()), route.path() + " " + code);
      }
    }
  }

  @Test
  void everyRouteThatTakesABodyDescribesItAndNoOther() {
    for (Route route : routes) {
      assertEquals(
          route.body() != Route.Body.NONE,
          operation(route).containsKey("requestBody"),
          name(route));
    }
  }

  @Test
  void everyCodeIsInTheDocumentAndNoOther() {
    Map<String, Object> schemas = map(map(document.get("components")).get("schemas"));
    Map<String, Object> properties = map(map(schemas.get("Problem")).get("properties"));
    Set<String> codes = new TreeSet<>();
    Arrays.stream(Code.values()).forEach(code -> codes.add(code.word()));
    assertEquals(codes, new TreeSet<>(list(map(properties.get("code")).get("enum"))));
  }

  /** YAML takes a comma in a text without quotes for the beginning of another property. */
  @Test
  void nothingIsCutByYaml() {
    noEmptyProperty("", document);
  }

  private static void noEmptyProperty(String at, @Nullable Object node) {
    assertNotNull(node, at);
    if (node instanceof Map<?, ?> map) {
      map.forEach((name, value) -> noEmptyProperty(at + "/" + name, value));
    } else if (node instanceof List<?> list) {
      list.forEach(each -> noEmptyProperty(at, each));
    }
  }

  /** Generators of clients make up names for schemas that have none. */
  @Test
  void everyObjectOfAListHasAName() {
    map(map(document.get("components")).get("schemas")).forEach(OpenApiTest::namedItems);
  }

  private static void namedItems(String at, @Nullable Object node) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("items") instanceof Map<?, ?> items) {
        assertTrue(items.containsKey("$ref") || "string".equals(items.get("type")), at);
      }
      map.forEach((name, value) -> namedItems(at + "/" + name, value));
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    follow(document);
  }

  private static void follow(@Nullable Object node) {
    if (node instanceof Map<?, ?> map) {
      if (map.containsKey("$ref")) {
        resolved(map);
      }
      map.values().forEach(OpenApiTest::follow);
    } else if (node instanceof List<?> list) {
      list.forEach(OpenApiTest::follow);
    }
  }
}
