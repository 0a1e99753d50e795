package hraftd.raft.node;

import hraftd.raft.NodeId;
import hraftd.raft.RequestTrace;
import hraftd.raft.RequestTrace.Detail;
import hraftd.raft.RequestTrace.What;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A write that is followed: its proposal, then the entry that it has become. It is known by its
 * bytes, which nobody copies, until what it is called in the log has been seen.
 */
final class TracedWrite implements Traced {

  private final PendingWrite write;
  private final byte[] data;
  private final RequestTrace trace;
  private final Set<NodeId> sentTo = new HashSet<>();
  private final Set<NodeId> acknowledged = new HashSet<>();

  /** As its entry has it; 0: not seen yet. */
  private long origin;

  private long sequence;

  /** Of its entry; 0: there is none yet. */
  private long index;

  private boolean onDisk;
  private boolean committed;

  /**
   * Follows a write.
   *
   * @param data the very bytes that the write was made of
   */
  TracedWrite(PendingWrite write, byte[] data, RequestTrace trace) {
    this.write = write;
    this.data = data;
    this.trace = trace;
  }

  @Override
  public boolean isDone() {
    return write.isDone();
  }

  @Override
  public void sent(Raft raft, Message message) {
    if (message instanceof Message.Forward m) {
      forwarded(m);
    } else if (index == 0) {
      return;
    } else if (message instanceof Message.Append m) {
      boolean has = m.prevIndex() < index && index <= m.prevIndex() + m.entries().size();
      if (has && sentTo.add(m.to())) {
        trace.note(What.SENT, Detail.to(m.to()));
      }
    } else if (message instanceof Message.AppendReply m
        && m.matched()
        && m.index() >= index
        && acknowledged.add(raft.self)) {
      look(raft);
      trace.note(What.ACKNOWLEDGED, new Detail(raft.self, m.to(), 0, 0, 0, known(m)));
    }
  }

  private void forwarded(Message.Forward m) {
    for (Message.Proposal proposal : m.proposals()) {
      if (proposal.data() == data) {
        origin = m.origin();
        sequence = proposal.sequence();
        trace.note(What.FORWARDED, Detail.to(m.to()));
      }
    }
  }

  @Override
  public void received(Raft raft, Message message) {
    if (index > 0
        && message instanceof Message.AppendReply m
        && raft.leads()
        && m.term() == raft.term()
        && m.matched()
        && m.index() >= index
        && acknowledged.add(m.from())) {
      trace.note(What.ACKNOWLEDGED, new Detail(m.from(), null, 0, 0, 0, known(m)));
    }
  }

  private static long known(Message.AppendReply m) {
    return Math.max(0, m.syncMicros());
  }

  @Override
  public void appended(List<Entry> entries) {
    for (Entry entry : entries) {
      if (is(entry)) {
        origin = entry.origin();
        sequence = entry.sequence();
        isAt(entry.index());
        trace.note(What.APPENDED, new Detail(null, null, index, entry.term(), 0, 0));
      }
    }
  }

  private void isAt(long newIndex) {
    index = newIndex;
    onDisk = false;
    committed = false;
    sentTo.clear();
    acknowledged.clear();
  }

  @Override
  public void truncated(long first) {
    if (index >= first) {
      // What comes to stand there is another's until its own entry is seen again.
      isAt(0);
    }
  }

  private boolean is(Entry entry) {
    return origin == 0
        ? entry.data() == data
        : entry.origin() == origin && entry.sequence() == sequence;
  }

  @Override
  public void applied(Entry entry) {
    if (origin != 0 && is(entry)) {
      trace.note(What.APPLIED, Detail.at(entry.index()));
    }
  }

  @Override
  public void look(Raft raft) {
    if (index == 0) {
      return;
    }
    if (!onDisk && raft.log.syncedIndex() >= index) {
      onDisk = true;
      trace.note(What.ON_DISK);
    }
    if (!committed && raft.commitIndex() >= index) {
      committed = true;
      trace.note(What.COMMITTED, Detail.at(index));
    }
  }
}
