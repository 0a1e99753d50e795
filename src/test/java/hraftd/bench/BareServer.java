package hraftd.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.Javalin;
import io.javalin.http.Context;
import io.javalin.http.HttpStatus;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What hraftd's HTTP costs without hraftd: the same server and JSON library, built as their manuals
 * say, over a map in memory. Nothing is replicated and nothing survives.
 */
final class BareServer {

  private static final TypeReference<Map<String, String>> PAIRS = new TypeReference<>() {};

  /** Every name is a new key: a table of all names would only grow and be contended for. */
  private final ObjectMapper json =
      new ObjectMapper(
          JsonFactory.builder()
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .build());

  private final Map<String, String> store = new ConcurrentHashMap<>();

  private BareServer() {}

  /** The argument is the port. */
  public static void main(String[] arguments) {
    BareServer server = new BareServer();
    Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.startup.showOldJavalinVersionWarning = false;
              config.routes.post("/key", server::write);
              config.routes.get("/key/{key}", server::read);
            })
        .start("127.0.0.1", Integer.parseInt(arguments[0]));
  }

  private void write(Context context) throws IOException {
    store.putAll(json.readValue(context.bodyAsBytes(), PAIRS));
    context.contentType("application/json").result("{}");
  }

  private void read(Context context) throws IOException {
    String key = context.pathParam("key");
    String value = store.get(key);
    if (value == null) {
      context.status(HttpStatus.NOT_FOUND);
    } else {
      context.contentType("application/json").result(json.writeValueAsBytes(Map.of(key, value)));
    }
  }
}
