package hraftd.raft.sim;

import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.TermStore;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.function.Consumer;

/** A storage in which every change is made at once or not at all. */
final class IdealStorage implements SimStorage {

  private final Random random;
  private final SimLog log;
  private final SimStores stores;

  /** Changes until the power fails. */
  private int changesLeft = Integer.MAX_VALUE;

  /**
   * Empty.
   *
   * @param random decides what a crash leaves
   * @param maxEntries how many entries the log gives for one message
   * @param pieceBytes how much of a snapshot is read at once at most
   * @param onAppend hears of every entry before it is appended
   */
  IdealStorage(Random random, int maxEntries, int pieceBytes, Consumer<Entry> onAppend) {
    this.random = random;
    log = new SimLog(maxEntries, onAppend, this::changing);
    stores = new SimStores(pieceBytes, this::changing);
  }

  private void changing() {
    if (--changesLeft < 0) {
      throw new UncheckedIOException(new IOException("the power is off"));
    }
  }

  @Override
  public RaftLog log() {
    return log;
  }

  @Override
  public TermStore terms() {
    return stores;
  }

  @Override
  public WritableSnapshots snapshots() {
    return stores;
  }

  @Override
  public boolean syncDue() {
    return log.syncDue();
  }

  @Override
  public Runnable sync() {
    long target = log.syncTarget();
    return () -> log.synced(target);
  }

  @Override
  public void tick() {}

  @Override
  public void nearlyFull(boolean now) {
    log.nearlyFull(now);
  }

  @Override
  public void losePowerAfter(int changes) {
    changesLeft = changes;
  }

  @Override
  public void losePowerBehindSnapshot() {
    losePowerAfter(1);
  }

  @Override
  public boolean lost() {
    return changesLeft < 0;
  }

  @Override
  public void rot() {
    crash(Remains.CHANCE);
    log.lose(random);
  }

  @Override
  public void crash(Remains what) {
    changesLeft = Integer.MAX_VALUE;
    log.crash(
        switch (what) {
          case CHANCE -> random.nextLong(log.unsynced() + 1);
          case WRITTEN -> log.unsynced();
          case SYNCED -> 0;
        });
    stores.crash();
  }
}
