package hraftd.http.api;

import java.util.HashMap;
import java.util.Map;

/**
 * Parameters that users of etcd, Consul and rqlite type, and what says the same here. One that is
 * only written in another case needs no line.
 */
public final class ParameterHints {

  private static final String CREATE_OR_UPDATE =
      "send 'If-None-Match: *' to create only, 'If-Match: *' to change only what exists";

  private static final String COMPARE = "send 'If-Match: \"<version>\"', or POST /txn";

  private static final String LIST = "GET /key?prefix=<p> lists, DELETE /key?prefix=<p> deletes";

  static final String WATCH = "GET /watch?key=<k>&from=<revision> follows a key";

  private static final String FRESH = "reads are linearizable unless 'level=stale' is given";

  private static final String STALE = "write 'level=stale'";

  /** By the parameter's name in lower case. */
  public static final Map<String, String> ALL = Map.copyOf(all());

  private ParameterHints() {}

  private static Map<String, String> all() {
    Map<String, String> hints = new HashMap<>();
    put(hints, "send 'If-Match: \"<version>\"', or 'If-None-Match: *' for cas=0", "cas");
    put(hints, COMPARE, "previndex", "prevvalue", "prev_kv", "version", "revision", "index_match");
    put(hints, CREATE_OR_UPDATE, "prevexist", "create", "exists", "nx", "xx");
    put(hints, LIST, "recurse", "recursive", "dir", "range_end", "start", "end", "pattern");
    put(hints, "there are no directories; " + LIST, "separator", "delimiter");
    put(hints, "write 'keys_only' with GET /key", "keys", "keysonly", "keys-only");
    put(hints, "write 'after'", "cursor", "continue", "page", "offset", "marker");
    put(hints, "write 'limit'", "count", "max", "max-keys", "page_size", "per_page");
    put(hints, WATCH, "wait", "waitindex", "index", "watch", "since", "rev");
    put(hints, STALE, "stale", "serializable", "max_stale", "freshness", "cached");
    put(hints, FRESH, "consistent", "consistency", "quorum", "strong", "linearizable");
    put(hints, "write 'ttl'", "expire", "expires", "expiry", "ex", "px", "lease", "refresh");
    put(hints, "POST /txn compares and writes", "acquire", "release", "session", "flags", "op");
    put(hints, "every answer is compact JSON", "pretty", "format", "sorted", "sort");
    put(hints, "the body of a PUT is the value", "value", "val", "data");
    put(hints, "write '?prefix=&all' with DELETE /key", "all", "force");
    return hints;
  }

  private static void put(Map<String, String> hints, String hint, String... names) {
    for (String name : names) {
      hints.put(name, hint);
    }
  }
}
