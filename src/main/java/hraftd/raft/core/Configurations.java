package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.List;

/**
 * The configurations in the log, each effective from the entry that holds it, committed or not
 * (dissertation, section 4.1). Truncation brings the one before back.
 */
public final class Configurations {

  private record Numbered(long index, Membership membership) {}

  /** Ascending by index; the first one is what held before the log's first entry. */
  private final List<Numbered> all = new ArrayList<>();

  /** How often they have changed: the same members may be in force again, behind others. */
  private long changes;

  Configurations(long index, Membership base) {
    all.add(new Numbered(index, base));
  }

  /** The one in force: the last in the log. */
  Membership current() {
    return last().membership;
  }

  /** The index of the one in force. */
  public long index() {
    return last().index;
  }

  /** Grows whenever one is added or forgotten. */
  long changes() {
    return changes;
  }

  /** The one that was in force at this index. */
  public Membership at(long index) {
    for (int i = all.size() - 1; i > 0; i--) {
      if (all.get(i).index <= index) {
        return all.get(i).membership;
      }
    }
    return all.get(0).membership;
  }

  /** The one that was in force at this index, and all that follow it. */
  List<Membership> from(long index) {
    long first = indexAt(index);
    return all.stream().filter(n -> n.index >= first).map(Numbered::membership).toList();
  }

  /** The index of the one that was in force at this index. */
  long indexAt(long index) {
    for (int i = all.size() - 1; i > 0; i--) {
      if (all.get(i).index <= index) {
        return all.get(i).index;
      }
    }
    return all.get(0).index;
  }

  /** True if any of them, up to this index, contains this node. */
  boolean had(NodeId node, long through) {
    return all.stream().anyMatch(n -> n.index <= through && n.membership.find(node) != null);
  }

  /** An entry is in the log now; true if it is a configuration, which is in force. */
  boolean note(Entry entry) {
    if (entry.kind() != Entry.Kind.MEMBERSHIP) {
      return false;
    }
    all.add(new Numbered(entry.index(), MembershipCodec.decode(entry.data())));
    changes++;
    return true;
  }

  /** Forgets those at or behind this index; true if the one in force changed. */
  @SuppressWarnings("ReferenceEquality") // The first one in the list.
  boolean truncatedFrom(long index) {
    boolean changed = all.removeIf(n -> n.index >= index && n != all.get(0));
    if (changed) {
      changes++;
    }
    return changed;
  }

  /** Forgets those that a snapshot up to this index has made history. */
  void compacted(long index) {
    while (all.size() > 1 && all.get(1).index <= index) {
      all.remove(0);
      changes++;
    }
  }

  /** Starts over from a snapshot, with nothing behind it. */
  void reset(long index, Membership membership) {
    all.clear();
    all.add(new Numbered(index, membership));
    changes++;
  }

  private Numbered last() {
    return all.get(all.size() - 1);
  }
}
