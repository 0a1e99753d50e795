package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.RequestCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** Holds every answer of the real jar to the OpenAPI document. */
final class Documented {

  /** What any path may answer, known or not. */
  private static final Set<Integer> ANY_PATH = Set.of(404, 405);

  private static final Map<String, Object> PATHS = paths();

  private Documented() {}

  private static Map<String, Object> paths() {
    try (InputStream in = Documented.class.getResourceAsStream("/openapi.yaml")) {
      Map<String, Object> document = new Yaml().load(in);
      return map(document.get("paths"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(@Nullable Object object) {
    return object == null ? Map.of() : (Map<String, Object>) object;
  }

  /** Fails if the document does not have this answer to this request. */
  static void check(String method, String target, int status) {
    String path = target.replaceFirst("\\?.*", "").replaceFirst("^/key/.*", "/key/{key}");
    if (method.equals("DELETE")) {
      path = path.replaceFirst("^/token/.*", "/token/{name}");
    }
    Map<String, Object> operations = map(PATHS.get(path));
    Map<String, Object> operation =
        map(operations.get(method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT)));
    boolean known = !operation.isEmpty();
    boolean said =
        known
            ? map(operation.get("responses")).containsKey(Integer.toString(status))
                || isRefusal(status)
            : ANY_PATH.contains(status) || path.startsWith("/cluster/");
    assertTrue(said, () -> method + " " + target + " -> " + status + " is not in openapi.yaml");
  }

  /** What any request may be refused with, which stands in the document once. */
  private static boolean isRefusal(int status) {
    return RequestCheck.CODES.stream().anyMatch(code -> code.status() == status);
  }
}
