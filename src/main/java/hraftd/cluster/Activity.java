package hraftd.cluster;

import hraftd.text.BoundedLog;
import org.slf4j.LoggerFactory;

/**
 * What this node waits for, in words, so that nobody has to guess: shown by /status and logged as
 * long as it lasts. Any thread may call it.
 */
public final class Activity {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Activity.class));

  /** A request may wait for long, and shall not fill the log meanwhile. */
  static final int REPEAT_SECONDS = 10;

  private volatile String activity = "";

  // Of the thread that logs.
  private String seen = "";
  private int seconds;

  /** Says what is waited for now; empty: nothing. */
  void waitFor(String what) {
    activity = what;
  }

  /** Nothing is waited for any more. */
  void done() {
    activity = "";
  }

  /** What is waited for; empty if nothing. */
  String activity() {
    return activity;
  }

  /**
   * Logs what is waited for, if it has been for a second, and again every {@link #REPEAT_SECONDS}.
   * Called once a second, by one thread.
   */
  void log() {
    String now = activity;
    seconds = now.equals(seen) ? seconds + 1 : 0;
    seen = now;
    if (!now.isEmpty() && seconds % REPEAT_SECONDS == 1) {
      LOG.info("{}", now);
    }
  }
}
