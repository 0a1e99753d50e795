package hraftd.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** hraftd, the Go hraftd and the bare server. */
final class KeyDialect implements Dialect {

  @Override
  public String name() {
    return "key";
  }

  @Override
  public int mostPairs() {
    return 500;
  }

  @Override
  public HttpRequest put(String address, Map<String, String> pairs) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    pairs.forEach(body::put);
    return Http.post(address, "/key", body.toString());
  }

  @Override
  public HttpRequest get(String address, String key) {
    return Http.get(address, "/key/" + key);
  }

  @Override
  public @Nullable String value(Http.Reply reply, String key) {
    return reply.ok() ? reply.json().path(key).textValue() : null;
  }
}
