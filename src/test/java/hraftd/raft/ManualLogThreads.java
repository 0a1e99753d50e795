package hraftd.raft;

/** The threads of a log, which work when the test says so. */
record ManualLogThreads(ManualThread syncer, ManualThread keeper) implements LogThreads {

  @Override
  public void everyTick(Runnable task) {}

  @Override
  public void close() {
    keeper.run();
    syncer.run();
  }
}
