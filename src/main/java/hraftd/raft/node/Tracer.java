package hraftd.raft.node;

import hraftd.raft.RequestTrace;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import hraftd.raft.core.SnapshotStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the requests that somebody wants explained through Raft. While there are none it costs a
 * look at an empty list. It changes nothing of what happens, nor when. Owned by the loop's thread
 * but for {@link #follow}.
 */
final class Tracer {

  /** So many are followed at a time: each looks at all that happens meanwhile. */
  static final int MAX_TRACED = 64;

  private final AtomicInteger admitted = new AtomicInteger();
  private final List<Traced> open = new ArrayList<>();

  /** Null before Raft has begun. */
  private @Nullable Raft raft;

  /** Raft has begun. */
  void begun(Raft begun) {
    raft = begun;
  }

  /**
   * Follows a write from the moment at which Raft takes it; any thread may call, before the write
   * is on its way.
   *
   * @param data the very bytes that it was made of
   */
  void follow(PendingWrite write, byte[] data, RequestTrace trace) {
    follow(write, trace, () -> new TracedWrite(write, data, trace));
  }

  /** The same of a read. */
  void follow(PendingRead read, RequestTrace trace) {
    follow(read, trace, () -> new TracedRead(read, trace));
  }

  private void follow(PendingRequest<?> request, RequestTrace trace, Supplier<Traced> made) {
    if (admitted.incrementAndGet() > MAX_TRACED) {
      admitted.decrementAndGet();
      trace.refused();
      return;
    }
    var unused = request.answer().whenComplete((result, failure) -> admitted.decrementAndGet());
    request.whenTaken(() -> taken(trace, made.get()));
  }

  private void taken(RequestTrace trace, Traced traced) {
    if (raft != null) {
      trace.on(raft.self, raft.role().name());
      trace.note(RequestTrace.What.TAKEN);
      open.add(traced);
    }
  }

  void sent(Message message) {
    if (!open.isEmpty() && raft != null) {
      for (Traced traced : open) {
        traced.sent(raft, message);
      }
    }
  }

  void received(Message message) {
    if (!open.isEmpty() && raft != null) {
      look();
      for (Traced traced : open) {
        traced.received(raft, message);
      }
    }
  }

  void appended(List<Entry> entries) {
    if (!open.isEmpty()) {
      open.forEach(traced -> traced.appended(entries));
    }
  }

  void truncated(long index) {
    if (!open.isEmpty()) {
      open.forEach(traced -> traced.truncated(index));
    }
  }

  /** A snapshot takes the place of the state; the log is still as it was. */
  void installs(SnapshotStore.Meta snapshot) {
    if (!open.isEmpty() && raft != null && !raft.log.holds(snapshot.index(), snapshot.term())) {
      truncated(raft.log.firstIndex());
    }
  }

  void roundBegun(long round, long index, List<PendingRead> reads) {
    if (!open.isEmpty()) {
      open.forEach(traced -> traced.roundBegun(round, index, reads));
    }
  }

  void applied(Entry entry) {
    if (!open.isEmpty()) {
      open.forEach(traced -> traced.applied(entry));
    }
  }

  /** Sees how far disk, commit index and state are: before what may follow from that is noted. */
  void look() {
    if (!open.isEmpty() && raft != null) {
      for (Traced traced : open) {
        traced.look(raft);
      }
    }
  }

  /** A batch is over: those that are done need not be followed any more. */
  void endOfBatch() {
    if (!open.isEmpty()) {
      look();
      open.removeIf(Traced::isDone);
    }
  }
}
