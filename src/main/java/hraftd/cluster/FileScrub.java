package hraftd.cluster;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the small files of the data directory read from time to time, and keeps what was found. One
 * thread runs it, any may ask.
 */
final class FileScrub implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FileScrub.class);

  /** What is shown of what was found: there are four small files. */
  private static final int MAX_WARNINGS = 16;

  private final LocalNode local;
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  FileScrub(LocalNode local) {
    this.local = local;
  }

  /** What was found since the start, for people. */
  List<String> warnings() {
    return warnings;
  }

  @Override
  public void run() {
    try {
      for (String damage : local.scrub()) {
        LOG.warn("scrub: {}. Look at the disk", damage);
        if (warnings.size() < MAX_WARNINGS) {
          warnings.add(damage);
        }
      }
    } catch (IOException e) {
      LOG.warn("scrub: what is damaged cannot be written anew: {}", DataDirectory.reason(e));
    }
  }
}
