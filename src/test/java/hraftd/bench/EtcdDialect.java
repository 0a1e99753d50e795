package hraftd.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** etcd's gateway from HTTP and JSON to its gRPC. */
final class EtcdDialect implements Dialect {

  @Override
  public String name() {
    return "etcd";
  }

  @Override
  public int mostPairs() {
    return 100;
  }

  @Override
  public HttpRequest put(String address, Map<String, String> pairs) {
    ObjectNode transaction = JsonNodeFactory.instance.objectNode();
    ArrayNode operations = transaction.putArray("success");
    pairs.forEach(
        (key, value) ->
            operations
                .addObject()
                .putObject("requestPut")
                .put("key", encoded(key))
                .put("value", encoded(value)));
    return Http.post(address, "/v3/kv/txn", transaction.toString());
  }

  @Override
  public HttpRequest get(String address, String key) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("key", encoded(key));
    return Http.post(address, "/v3/kv/range", body.toString());
  }

  @Override
  public @Nullable String value(Http.Reply reply, String key) {
    String value = reply.json().path("kvs").path(0).path("value").textValue();
    return value == null
        ? null
        : new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
