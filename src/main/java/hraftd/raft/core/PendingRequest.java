package hraftd.raft.core;

import hraftd.raft.ConsensusException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request in flight: from the moment this node takes it in until its caller is told, once, how
 * it ended. First it waits. Once it is handed over, to this node's log or to the leader, it may
 * happen whatever its caller is told. Then it is done.
 *
 * <p>The Raft thread moves it on, but for one thing: whoever watches the deadlines may end it on
 * another thread, as the Raft thread may be waiting for a disk. Both move the state by comparing
 * first, so that what was ended while it waited is never handed over, and what was handed over is
 * never called rejected.
 *
 * @param <T> what its caller gets
 */
public abstract sealed class PendingRequest<T>
    permits LeadershipTransfer, MembershipChange, PendingRead, PendingWrite {

  /** How long a request waits for a leader to be there; its caller is told after that. */
  private static final long LEADER_WAIT_NANOS = 900_000_000L;

  /**
   * What was handed over waits for so long for another leader: two elections may fail, and the
   * third still answer it.
   */
  private static final long OTHER_LEADER_WAIT_NANOS = 2_000_000_000L;

  private enum State {
    WAITING,
    HANDED_OVER,
    DONE
  }

  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private final CompletableFuture<T> answer = new CompletableFuture<>();
  private final long since;
  private final long deadline;
  private final int size;

  /** Where it takes room, and which place of it; null: nowhere. */
  private @Nullable InFlight room;

  private int place;

  /** Hears when Raft takes it; null: nobody wants to know. */
  private @Nullable Runnable taken;

  /**
   * A request that begins to wait.
   *
   * @param since when it came, on the host's clock in nanoseconds
   * @param deadline when its caller wants to be told at the latest, on the same clock
   * @param size what it holds of memory, in bytes
   */
  PendingRequest(long since, long deadline, int size) {
    this.since = since;
    this.deadline = deadline;
    this.size = size;
  }

  /**
   * Ends with the request, at its deadline at the latest; exceptionally with a {@link
   * ConsensusException}.
   */
  public final CompletableFuture<T> answer() {
    return answer;
  }

  /**
   * Has this run on the Raft thread just before Raft takes it; to be said before it is on its way.
   */
  public final void whenTaken(Runnable then) {
    taken = then;
  }

  /** True once its caller has been told, or is being told. */
  public final boolean isDone() {
    return state.get() == State.DONE;
  }

  final int size() {
    return size;
  }

  /** It has taken this place there. */
  final void takes(InFlight newRoom, int newPlace) {
    room = newRoom;
    place = newPlace;
  }

  final int place() {
    return place;
  }

  // ---- the Raft thread's side

  /** Raft takes it. */
  final void give(Raft raft) {
    if (taken != null) {
      taken.run();
    }
    handTo(raft);
  }

  /** Gives it to the part of Raft that is there for it. */
  abstract void handTo(Raft raft);

  /**
   * From now on it may happen.
   *
   * @return false if it is done: then it must not happen any more
   */
  final boolean handOver() {
    return state.compareAndSet(State.WAITING, State.HANDED_OVER)
        || state.get() == State.HANDED_OVER;
  }

  /** It has certainly not happened where it was handed over, and will not: it waits again. */
  final void takeBack() {
    state.compareAndSet(State.HANDED_OVER, State.WAITING);
  }

  private void letGo() {
    if (room != null) {
      room.letGo(this);
    }
  }

  /** Ends it with this result. */
  final void succeed(T result) {
    letGo();
    if (state.getAndSet(State.DONE) != State.DONE) {
      answer.complete(result);
    }
  }

  /** Ends it: it certainly did not happen, or the reason says itself that this is not known. */
  final void fail(ConsensusException why) {
    letGo();
    if (state.getAndSet(State.DONE) != State.DONE) {
      answer.completeExceptionally(why);
    }
  }

  /** Ends it: for the one reason if it was not handed over, for the other if it was. */
  final void giveUp(ConsensusException ifNot, ConsensusException ifHandedOver) {
    letGo();
    end(ifNot, ifHandedOver);
  }

  // ---- any thread's side

  /**
   * Ends it: for this reason if it was not handed over, with an unknown outcome if it was. The Raft
   * thread holds it still.
   */
  public final void end(ConsensusException why) {
    end(why, new ConsensusException.OutcomeUnknown(String.valueOf(why.getMessage())));
  }

  private void end(ConsensusException ifNot, ConsensusException ifHandedOver) {
    State before = state.getAndSet(State.DONE);
    if (before != State.DONE) {
      answer.completeExceptionally(before == State.WAITING ? ifNot : ifHandedOver);
    }
  }

  /**
   * Ends it if its time is over, or if it has waited long enough for a leader. What was handed over
   * to one that is gone may still happen, and another may tell: it waits longer.
   *
   * @param leaderless for how long no leader has been known, in nanoseconds
   * @return true if it is done
   */
  final boolean expire(long now, boolean leaderKnown, long leaderless) {
    boolean lacksLeader = !leaderKnown && needsLeader();
    if (now - deadline >= 0) {
      State before = state.getAndSet(State.DONE);
      if (before == State.WAITING && lacksLeader) {
        answer.completeExceptionally(noLeader());
      } else if (before != State.DONE) {
        answer.completeExceptionally(tooLate(before == State.HANDED_OVER));
      }
    } else if (lacksLeader
        && now - since >= LEADER_WAIT_NANOS
        && state.compareAndSet(State.WAITING, State.DONE)) {
      answer.completeExceptionally(noLeader());
    } else if (lacksLeader
        && leaderless >= OTHER_LEADER_WAIT_NANOS
        && state.compareAndSet(State.HANDED_OVER, State.DONE)) {
      answer.completeExceptionally(
          new ConsensusException.OutcomeUnknown(
              "the leader is gone and no other is known; it may still happen"));
    }
    return isDone();
  }

  private static ConsensusException noLeader() {
    return new ConsensusException.NoLeader("no leader is known; a majority may be down");
  }

  /** Whether it is of no use to wait on while no leader is known. */
  abstract boolean needsLeader();

  /** What its caller is told at the deadline. */
  abstract ConsensusException tooLate(boolean handedOver);
}
