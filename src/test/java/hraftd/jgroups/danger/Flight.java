package hraftd.jgroups.danger;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** Tells what happens inside the JVM while something runs, as its flight recorder sees it. */
final class Flight {

  /** Something to watch. */
  interface Action {
    void run() throws Exception;
  }

  private Flight() {}

  /**
   * The names (without the directory) of the files and directories that are fsynced meanwhile, on
   * whichever thread. A file counts under the name under which it was opened.
   *
   * @param scratch a directory for the recording
   */
  static Set<String> forcedFiles(Path scratch, Action action) throws Exception {
    Set<String> names = new TreeSet<>();
    for (RecordedEvent event : record("jdk.FileForce", scratch, action)) {
      names.add(String.valueOf(Path.of(event.getString("path")).getFileName()));
    }
    return names;
  }

  /**
   * The largest object that is allocated meanwhile, on whichever thread, in bytes; 0 if all are
   * small (some KiB to some MiB, as the garbage collector likes it).
   *
   * @param scratch a directory for the recording
   */
  static long largestAllocation(Path scratch, Action action) throws Exception {
    return record("jdk.ObjectAllocationOutsideTLAB", scratch, action).stream()
        .mapToLong(event -> event.getLong("allocationSize"))
        .max()
        .orElse(0);
  }

  private static List<RecordedEvent> record(String event, Path scratch, Action action)
      throws Exception {
    Path file = scratch.resolve("recording.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(event).withThreshold(Duration.ZERO).withoutStackTrace();
      recording.start();
      action.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(e -> e.getEventType().getName().equals(event))
        .toList();
  }
}
