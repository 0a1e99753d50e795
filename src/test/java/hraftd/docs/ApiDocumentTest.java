package hraftd.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** docs/api.md has all of the API: nothing that the OpenAPI document has is missing there. */
class ApiDocumentTest {

  private static final Path OPENAPI = Path.of("src", "main", "resources", "openapi.yaml");

  @Test
  void everyPathParameterAndHeaderIsThere() throws IOException {
    String document = Files.readString(Path.of("docs", "api.md"));
    Set<String> missing = names();
    assertFalse(missing.isEmpty());
    missing.removeIf(document::contains);
    assertEquals(Set.of(), missing);
  }

  private static Set<String> names() throws IOException {
    Map<?, ?> openapi = new Yaml().load(Files.readString(OPENAPI));
    Set<String> names = new TreeSet<>();
    map(openapi.get("paths"))
        .forEach(
            (path, operations) -> {
              names.add(path.toString().replaceFirst("\\{.*", ""));
              for (Object operation : map(operations).values()) {
                // The parameters of all operations of the path, or an operation that has some.
                Object parameters =
                    operation instanceof Map<?, ?> o ? o.get("parameters") : operation;
                if (parameters instanceof List<?> list) {
                  list.forEach(p -> names.add(name(resolve(openapi, p))));
                }
              }
            });
    // A part of the path, whatever it is called.
    names.remove("key");
    names.remove("name");
    return names;
  }

  /** What a reference refers to, or the thing itself. */
  private static Map<?, ?> resolve(Map<?, ?> openapi, Object thing) {
    Map<?, ?> found = map(thing);
    if (found.get("$ref") instanceof String reference) {
      found = openapi;
      for (String step : reference.substring("#/".length()).split("/")) {
        found = map(found.get(step));
      }
    }
    return found;
  }

  private static String name(Map<?, ?> parameter) {
    return String.valueOf(parameter.get("name"));
  }

  private static Map<?, ?> map(@Nullable Object object) {
    if (object instanceof Map<?, ?> map) {
      return map;
    }
    throw new AssertionError("not a map: " + object);
  }
}
