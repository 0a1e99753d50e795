package hraftd.raft.log;

import java.util.concurrent.Executor;

/** The threads of a log, which work when the test says so. */
public final class ManualLogThreads implements LogThreads {

  private final ManualThread syncer;
  private final ManualThread keeper;
  private Runnable tick = () -> {};

  public ManualLogThreads(ManualThread syncer, ManualThread keeper) {
    this.syncer = syncer;
    this.keeper = keeper;
  }

  @Override
  public Executor syncer() {
    return syncer;
  }

  @Override
  public Executor keeper() {
    return keeper;
  }

  @Override
  public void everyTick(Runnable task) {
    tick = task;
  }

  /** Runs what is to be done at a tick. */
  public void tick() {
    tick.run();
  }

  @Override
  public void close() {
    keeper.run();
    syncer.run();
  }
}
