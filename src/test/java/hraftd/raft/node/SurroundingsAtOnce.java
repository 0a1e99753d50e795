package hraftd.raft.node;

/** All that is to be done later or aside is done at once; no time passes unless it is told to. */
class SurroundingsAtOnce extends DetachedSurroundings {

  @Override
  public long nanoTime() {
    return 0;
  }

  @Override
  public void post(Runnable task) {
    task.run();
  }

  @Override
  public void runAside(Runnable task) {
    task.run();
  }

  @Override
  public void failed(Throwable cause) {
    throw new AssertionError(cause);
  }
}
