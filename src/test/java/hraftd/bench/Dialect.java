package hraftd.bench;

import java.net.http.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a store wants to be asked over HTTP; load.lua speaks the same. Thread-safe. */
interface Dialect {

  /** What load.lua calls it. */
  String name();

  /** How many pairs may go into one {@link #put}. */
  int mostPairs();

  HttpRequest put(String address, Map<String, String> pairs);

  /** A linearizable read. */
  HttpRequest get(String address, String key);

  /** The value in the answer to a {@link #get}; null if it does not have it. */
  @Nullable String value(Http.Reply reply, String key);
}
