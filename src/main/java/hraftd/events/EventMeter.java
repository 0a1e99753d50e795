package hraftd.events;

import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Hears of slow fsyncs and of connections, which are moments, and hands everything on to another
 * meter. Thread-safe.
 */
public final class EventMeter implements RaftMeter {

  /** A healthy disk takes a tenth of it; a quarter of an election timeout is worth a look. */
  static final long SLOW_NANOS = 150_000_000L;

  /** A disk that is always slow is told of once in a while. */
  private static final long PAUSE_NANOS = 5_000_000_000L;

  private final RaftMeter next;
  private final EventHub hub;
  private final LongSupplier nanoTime;
  private final AtomicLong notBefore;
  private final RecentTimes times = new RecentTimes();

  /**
   * A meter in front of another one.
   *
   * @param nanoTime {@link System#nanoTime}
   */
  public EventMeter(RaftMeter next, EventHub hub, LongSupplier nanoTime) {
    this.next = next;
    this.hub = hub;
    this.nanoTime = nanoTime;
    notBefore = new AtomicLong(nanoTime.getAsLong());
  }

  /** How long fsyncs of the log took. */
  public RecentTimes times() {
    return times;
  }

  @Override
  public void fsynced(long nanos) {
    next.fsynced(nanos);
    times.add(nanos);
    if (nanos < SLOW_NANOS) {
      return;
    }
    long now = nanoTime.getAsLong();
    long due = notBefore.get();
    if (now - due >= 0 && notBefore.compareAndSet(due, now + PAUSE_NANOS)) {
      long millis = TimeUnit.NANOSECONDS.toMillis(nanos);
      hub.tell(
          TimelineMoment.of("slow_fsync", "an fsync of the log took " + millis + " ms")
              .taking(millis));
    }
  }

  @Override
  public void connected(NodeId peer) {
    next.connected(peer);
    hub.connected(peer);
  }

  @Override
  public void committed(long nanos) {
    next.committed(nanos);
  }

  @Override
  public void applied(long nanos) {
    next.applied(nanos);
  }

  @Override
  public void snapshotTaken(long nanos) {
    next.snapshotTaken(nanos);
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    next.roundTrip(peer, nanos);
  }

  @Override
  public void stoodForElection() {
    next.stoodForElection();
  }

  @Override
  public void leaderChanged() {
    next.leaderChanged();
  }

  @Override
  public void failed(ConsensusException why) {
    next.failed(why);
  }
}
