package hraftd.http.api;

/** Runs what takes long and blocks, and would hold a thread that all requests share. */
final class OwnThread {

  private OwnThread() {}

  /** If the system refuses the thread, gives back what the work would have given back. */
  static void start(String name, Runnable work, Runnable giveBack) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      giveBack.run();
      throw e;
    }
  }
}
