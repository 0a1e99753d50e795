package hraftd.raft.node;

import hraftd.kv.Change;
import hraftd.kv.ChangeListener;
import hraftd.kv.Key;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which keys entries have changed from some point on: how often, and the newest of them. */
public final class ChangedKeys implements ChangeListener {

  /** What a person reads; the newest are the least certain to be on other members. */
  static final int MAX_KEYS = 20;

  private final Set<Key> newest = new LinkedHashSet<>();
  private boolean listening;
  private long changes;
  private boolean replacedAll;

  /** From now on; what was before does not count. */
  void listen() {
    listening = true;
  }

  /** How many changes of keys there were, each key of an entry counted once. */
  public long changes() {
    return changes;
  }

  /** True if a restore has replaced everything. */
  public boolean replacedAll() {
    return replacedAll;
  }

  /** The keys that changed last, at most {@value #MAX_KEYS}, the newest last. */
  public List<Key> newest() {
    return List.copyOf(newest);
  }

  @Override
  public void changed(long revision, List<Change> changed) {
    if (!listening) {
      return;
    }
    changes += changed.size();
    for (Change change : changed) {
      newest.remove(change.key());
      newest.add(change.key());
      if (newest.size() > MAX_KEYS) {
        newest.remove(newest.iterator().next());
      }
    }
  }

  @Override
  public void reset(long revision) {
    replacedAll |= listening;
  }
}
