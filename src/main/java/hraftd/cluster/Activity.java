package hraftd.cluster;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node waits for, in words, so that nobody has to guess: shown by /status and logged once
 * a second as long as it lasts. Any thread may call it.
 */
public final class Activity {

  private static final Logger LOG = LoggerFactory.getLogger(Activity.class);

  private volatile String activity = "";

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

  /** Logs it; called once a second. */
  void log() {
    String now = activity;
    if (!now.isEmpty()) {
      LOG.info("{}", now);
    }
  }
}
