package hraftd.raft.node;

import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots of the state, by size and by time (dissertation, chapter 5): the loop's thread
 * freezes the state in no time, another thread writes it, then the log behind it goes. Owned by the
 * loop's thread.
 */
public final class Snapshotter {

  private static final Logger log = LoggerFactory.getLogger(Snapshotter.class);

  private final SnapshotPace pace;
  private final WritableSnapshots archive;
  private final KvState state;
  private final Surroundings around;
  private final Observation observation;

  /** The newest snapshot that it knows, and where the log began. */
  private long lastIndex = -1;

  private long logFrom;

  /** How much of the log that begins there the snapshot covers. */
  private long bytesThroughLast;

  private long lastAt;
  private long dueSince;
  private long notBefore;
  private boolean running;

  /** One is to be taken for the sake of the log, some of which has rotted. */
  private boolean demanded;

  /** None is due before this moment and the pace's interval. */
  public Snapshotter(
      SnapshotPace pace, WritableSnapshots archive, KvState state, Surroundings around) {
    this(pace, archive, state, around, new Observation(around.observer()));
  }

  /** The same, of a loop that is observed. */
  Snapshotter(
      SnapshotPace pace,
      WritableSnapshots archive,
      KvState state,
      Surroundings around,
      Observation observation) {
    this.pace = pace;
    this.archive = archive;
    this.state = state;
    this.around = around;
    this.observation = observation;
    long now = around.nanoTime();
    lastAt = now;
    dueSince = now;
    notBefore = now;
  }

  /** Begins one if it is time. */
  public void endOfBatch(Raft raft, long now) {
    if (running || now - notBefore < 0) {
      return;
    }
    if (demanded || archive.isDamaged()) {
      begin(raft, now);
      return;
    }
    if (!due(raft, now)) {
      return;
    }
    // A newer one would have to be sent from its beginning.
    boolean sends = raft.role().sendsSnapshot();
    if (!sends || now - dueSince >= pace.maxWaitForSending().toNanos()) {
      begin(raft, now);
    }
  }

  /** Takes one as soon as it can, and keeps no file of the log behind it that could go. */
  void demand() {
    demanded = true;
  }

  /** Whether so much was logged, or so much time has gone by, since the last one. */
  private boolean due(Raft raft, long now) {
    SnapshotStore.Meta latest = archive.latest();
    long from = latest == null ? 0 : latest.index();
    // Of a large state more may be logged before it is worth to write all of it again.
    long worth = Math.max(pace.bytes(), latest == null ? 0 : latest.length());
    long first = raft.log.firstIndex();
    // A leader may have sent a snapshot, and what has rotted of the log may be gone.
    if (from != lastIndex || first != logFrom) {
      lastIndex = from;
      logFrom = first;
      bytesThroughLast = raft.log.sizeBytesThrough(from);
    }
    boolean bySize = raft.log.sizeBytes() - bytesThroughLast >= worth;
    boolean byTime = now - lastAt >= pace.interval().toNanos();
    boolean wanted = raft.role().wantsSnapshot();
    boolean due = raft.appliedIndex() > from && (bySize || byTime || wanted) && raft.knowsMembers();
    if (!due) {
      dueSince = now;
    }
    return due;
  }

  private void begin(Raft raft, long now) {
    running = true;
    lastAt = now;
    long index = raft.appliedIndex();
    long term = raft.appliedTerm();
    long clock = raft.appliedClock();
    Membership membership = raft.configurations.at(index);
    KvState.Frozen frozen = state.freeze();
    // A follower's is for itself; a leader's is for all members.
    boolean older = raft.leads() && !raft.role().commonFormat().covers(WireFormat.V3);
    boolean replacesLog = demanded;
    demanded = false;
    around.runAside(
        () -> {
          try {
            SnapshotStore.Meta meta =
                archive.write(
                    index,
                    term,
                    clock,
                    membership,
                    older ? frozen::writeForVersion10 : frozen::writeTo);
            around.post(() -> finished(raft, meta, replacesLog, now));
          } catch (IOException e) {
            // All is as before: the log keeps what the snapshot would have replaced.
            log.warn(
                "no snapshot at index {}, the next try in {}: {}",
                index,
                pace.retry(),
                e.toString());
            around.post(() -> failed(replacesLog));
          } catch (Throwable t) {
            around.failed(t);
          }
        });
  }

  private void finished(Raft raft, SnapshotStore.Meta meta, boolean all, long began) {
    running = false;
    raft.snapshotTaken(meta, all ? meta.index() : lastToGo(raft.log, meta));
    long took = around.nanoTime() - began;
    around.meter().snapshotTaken(took);
    observation.snapshotTaken(meta.index(), meta.length());
    log.info(
        "snapshot at index {}: {} bytes in {} ms, log from {}",
        meta.index(),
        meta.length(),
        TimeUnit.NANOSECONDS.toMillis(took),
        raft.log.firstIndex());
  }

  /** All but the newest entries that may stay, by number and by bytes. */
  private long lastToGo(RaftLog log, SnapshotStore.Meta snapshot) {
    long keepBytes = Math.max(pace.keepBytes(), snapshot.length());
    long bytes = log.sizeBytesThrough(snapshot.index());
    long low = Math.max(snapshot.index() - pace.keepEntries(), log.firstIndex() - 1);
    long high = snapshot.index();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (bytes - log.sizeBytesThrough(middle) <= keepBytes) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  private void failed(boolean wasDemanded) {
    running = false;
    demanded |= wasDemanded;
    notBefore = around.nanoTime() + pace.retry().toNanos();
  }
}
