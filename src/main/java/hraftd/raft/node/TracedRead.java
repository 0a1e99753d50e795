package hraftd.raft.node;

import hraftd.raft.NodeId;
import hraftd.raft.RequestTrace;
import hraftd.raft.RequestTrace.Detail;
import hraftd.raft.RequestTrace.What;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.Raft;
import hraftd.raft.core.Role;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A linearizable read that is followed (6.4): on the leader through the round that confirms it, on
 * another node to the leader, and until its index is applied.
 */
final class TracedRead implements Traced {

  private final PendingRead read;
  private final RequestTrace trace;
  private final Set<NodeId> confirmed = new HashSet<>();

  /** The round that it waits for; 0: none yet. */
  private long round;

  /** Whether the leader was asked, and by which number last. */
  private boolean asked;

  private long request;

  /** What has to be applied; -1: it is not known yet, or has been. */
  private long index = -1;

  /** The role that has asked: the next one asks anew. */
  private @Nullable Role askedAs;

  /** Follows a read. */
  TracedRead(PendingRead read, RequestTrace trace) {
    this.read = read;
    this.trace = trace;
  }

  @Override
  public boolean isDone() {
    return read.isDone();
  }

  @Override
  public void sent(Raft raft, Message message) {
    forgetOfOtherRole(raft);
    // What is asked while this one only waits to be served is for others.
    if (message instanceof Message.ReadIndex m && index < 0 && !read.isDone()) {
      // The first question behind it is for all that wait, and those behind are for more.
      asked = true;
      askedAs = raft.role();
      request = m.request();
      trace.note(What.ASKED, Detail.to(m.to()));
    }
  }

  private void forgetOfOtherRole(Raft raft) {
    if (raft.role() != askedAs) {
      asked = false;
      index = -1;
    }
  }

  @Override
  public void received(Raft raft, Message message) {
    forgetOfOtherRole(raft);
    if (message instanceof Message.ReadIndexReply m) {
      if (asked && m.request() == request) {
        asked = false;
        index = m.index();
        trace.note(What.READ_INDEX, new Detail(m.from(), null, index, 0, 0, 0));
        look(raft);
      }
    } else if (round > 0 && message.term() == raft.term()) {
      if (message instanceof Message.AppendReply m) {
        confirmed(m.from(), m.round());
      } else if (message instanceof Message.SnapshotReply m) {
        confirmed(m.from(), m.round());
      }
    }
  }

  private void confirmed(NodeId by, long answered) {
    if (answered >= round && confirmed.add(by)) {
      trace.note(What.CONFIRMED, new Detail(by, null, 0, 0, answered, 0));
    }
  }

  @Override
  public void roundBegun(long begun, long committed, List<PendingRead> reads) {
    if (reads.contains(read)) {
      round = begun;
      confirmed.clear();
      trace.note(What.ROUND_BEGUN, new Detail(null, null, committed, 0, begun, 0));
    }
  }

  @Override
  public void applied(Entry entry) {
    applied(entry.index());
  }

  @Override
  public void look(Raft raft) {
    forgetOfOtherRole(raft);
    applied(raft.appliedIndex());
  }

  private void applied(long through) {
    if (index >= 0 && through >= index) {
      trace.note(What.APPLIED, Detail.at(index));
      index = -1;
    }
  }
}
