package hraftd.watch;

import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which keys a watcher wants.
 *
 * @param key the key, or what the keys begin with
 * @param exact true for this key alone
 */
public record Filter(Key key, boolean exact) {

  /** True if the watcher wants this key. */
  boolean wants(Key other) {
    return exact ? other.equals(key) : other.startsWith(key);
  }

  /** The wanted items of a view, in key order; fewer than the limit only at the end. */
  List<Item> page(KvView view, @Nullable Key after, int limit) {
    if (!exact) {
      return view.list(key, after, limit);
    }
    Item item = after == null ? view.get(key) : null;
    return item == null ? List.of() : List.of(item);
  }
}
