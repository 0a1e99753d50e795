package hraftd.jgroups;

import hraftd.kv.Outcome;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jspecify.annotations.Nullable;

/**
 * What this process has proposed and has no outcome of. Bounded, and nothing outlives its deadline:
 * the library's own futures never end when the leader that they were sent to is gone. Thread-safe.
 */
final class PendingRequests {

  /** Many more than clients wait for at the same time, and a small part of the library's queue. */
  static final int MAX_REQUESTS = 4096;

  /** One request of the largest size, and little of the heap: the library copies what it sends. */
  private static final long MAX_BYTES =
      Math.max(16L << 20, Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

  /** How long a request waits for a leader to be there; a client is told after that. */
  private static final long LEADER_WAIT_NANOS = Duration.ofMillis(900).toNanos();

  /** One proposal. */
  static final class Request extends CompletableFuture<Outcome> {
    final long sequence;
    final byte[] command;
    final boolean onlyReads;
    final Deadline deadline;
    final long since = System.nanoTime();

    /** It takes up room until it has ended and the queue of those to hand over is rid of it. */
    private final AtomicInteger holds = new AtomicInteger(2);

    /** Whom it was handed to; null: nobody, so it certainly has not happened. Guarded by this. */
    private @Nullable Address sentTo;

    /** Guarded by this. */
    private boolean ended;

    private Request(long sequence, byte[] command, boolean onlyReads, Deadline deadline) {
      this.sequence = sequence;
      this.command = command;
      this.onlyReads = onlyReads;
      this.deadline = deadline;
    }

    private synchronized @Nullable Address sentTo() {
      return sentTo;
    }

    /**
     * To be called before it is handed over.
     *
     * @return false if it must not be: whoever waited was told that it does not happen
     */
    synchronized boolean sending(Address to) {
      sentTo = ended ? null : to;
      return !ended;
    }

    /** It was certainly not taken. */
    synchronized void notSent() {
      sentTo = null;
    }

    /** True if it must be said that it may have happened; never handed over from now on. */
    private synchronized boolean endsUnknown() {
      ended = true;
      return sentTo != null && !onlyReads;
    }
  }

  private final Map<Long, Request> pending = new ConcurrentHashMap<>();
  private final AtomicLong sequences = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Takes one in.
   *
   * @param onlyReads true if it does not matter whether it happened
   * @throws ConsensusException.Overloaded if there are too many
   */
  Request add(byte[] command, boolean onlyReads, Deadline deadline) {
    // Both are counted, whatever the first one says: they go down together.
    boolean hasPlace = requests.incrementAndGet() <= MAX_REQUESTS;
    boolean hasRoom = bytes.addAndGet(command.length) <= MAX_BYTES;
    Request request = new Request(sequences.incrementAndGet(), command, onlyReads, deadline);
    pending.put(request.sequence, request);
    if (!hasPlace || !hasRoom) {
      ConsensusException refusal =
          new ConsensusException.Overloaded(
              MAX_REQUESTS + " requests or " + (MAX_BYTES >> 20) + " MiB are in flight");
      end(request, refusal, String.valueOf(refusal.getMessage()));
      dequeued(request);
      throw refusal;
    }
    return request;
  }

  /** One of them was applied here; gives it if somebody still waits for it. */
  @Nullable Request applied(long sequence, Outcome outcome) {
    Request request = take(sequence);
    if (request != null) {
      request.complete(outcome);
    }
    return request;
  }

  /** Ends one that the leader will not answer. */
  void lose(Request request, String why) {
    end(request, new ConsensusException.NoLeader(why), why);
  }

  /** Ends those that wait in vain. */
  void watch(@Nullable Address leader) {
    long now = System.nanoTime();
    for (Request request : pending.values()) {
      Address sentTo = request.sentTo();
      if (request.deadline.expired()) {
        String why = "the leader has not answered in time";
        end(request, new ConsensusException.DeadlinePassed(why), why);
      } else if (sentTo != null && !sentTo.equals(leader)) {
        lose(request, "the leader changed before it had answered");
      } else if (sentTo == null && leader == null && now - request.since >= LEADER_WAIT_NANOS) {
        lose(request, "no leader is known; a majority may be down");
      }
    }
  }

  /** Ends those that were handed over: what a snapshot holds of them nobody can tell. */
  void loseSent(String why) {
    pending.values().stream().filter(r -> r.sentTo() != null).forEach(r -> lose(r, why));
  }

  /** Ends all because this node stops. */
  void stop() {
    ConsensusException stopping = new ConsensusException.Stopping();
    String why = String.valueOf(stopping.getMessage());
    pending.values().forEach(request -> end(request, stopping, why));
  }

  /** Ends one: with the refusal if it does not happen, else as unknown. */
  private void end(Request request, ConsensusException refusal, String why) {
    boolean unknown = request.endsUnknown();
    if (take(request.sequence) != null) {
      request.completeExceptionally(unknown ? new ConsensusException.OutcomeUnknown(why) : refusal);
    }
  }

  /** It waits no more to be handed over. */
  void dequeued(Request request) {
    if (request.holds.decrementAndGet() == 0) {
      requests.decrementAndGet();
      bytes.addAndGet(-request.command.length);
    }
  }

  private @Nullable Request take(long sequence) {
    Request request = pending.remove(sequence);
    if (request != null) {
      dequeued(request);
    }
    return request;
  }
}
