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

  Configurations(long index, Membership base) {
    all.add(new Numbered(index, base));
  }

  /** The one in force: the last in the log. */
  Membership current() {
    return last().membership;
  }

  /** The index of the one in force. */
  long index() {
    return last().index;
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
    return true;
  }

  /** Forgets those at or behind this index; true if the one in force changed. */
  boolean truncatedFrom(long index) {
    return all.removeIf(n -> n.index >= index && n != all.get(0));
  }

  /** Forgets those that a snapshot up to this index has made history. */
  void compacted(long index) {
    while (all.size() > 1 && all.get(1).index <= index) {
      all.remove(0);
    }
  }

  /** Starts over from a snapshot, with nothing behind it. */
  void reset(long index, Membership membership) {
    all.clear();
    all.add(new Numbered(index, membership));
  }

  private Numbered last() {
    return all.get(all.size() - 1);
  }
}
