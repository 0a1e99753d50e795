package hraftd.raft.core;

import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which form one peer is sent entries and snapshots: its version may be older than what they
 * were written for. What changes nothing for it is sent as something that it knows; what has no
 * such form it gets in a snapshot alone. Owned by the Raft thread.
 */
final class Rendering {

  private final Raft raft;
  private final NodeId peer;

  Rendering(Raft raft, NodeId peer) {
    this.raft = raft;
    this.peer = peer;
  }

  private boolean isPlain() {
    return raft.host.format(peer) == WireFormat.NEWEST;
  }

  /** True unless the entry there can be sent in no form. It has to be in the log. */
  boolean reads(long index) {
    return isPlain() || render(raft.log.entry(index)) != null;
  }

  /** True if it can read this snapshot. */
  boolean reads(SnapshotStore.Meta snapshot) {
    return isPlain() || raft.host.format(peer).covers(raft.host.formatOf(snapshot));
  }

  /** True if it could read a snapshot of the state as it is. */
  boolean readsState() {
    return raft.host.format(peer).covers(raft.host.formatOfState());
  }

  /** As many of these entries, from the first on, as have a form. */
  List<Entry> entries(List<Entry> entries) {
    if (isPlain()) {
      return entries;
    }
    List<Entry> rendered = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      Entry form = render(entry);
      if (form == null) {
        break;
      }
      rendered.add(form);
    }
    return rendered;
  }

  private @Nullable Entry render(Entry entry) {
    return raft.host.inFormat(raft.host.format(peer), entry);
  }
}
