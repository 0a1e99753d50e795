package hraftd;

import hraftd.metrics.Metrics;
import hraftd.raft.disk.LocalDirectory;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gauges of what this process is, and of the disk that its data are on. */
final class ProcessMetrics {

  private ProcessMetrics() {}

  /**
   * Adds them.
   *
   * @param directory the data directory; null if there is none, and no disk to look at
   * @param diskReserve free bytes below which writes that grow are refused
   */
  static void register(
      Metrics metrics, String version, String engine, @Nullable Path directory, long diskReserve) {
    metrics.info(
        "hraftd.build.info",
        "1, with the version of this program, the engine that it runs on and Java's version",
        Map.of("version", version, "engine", engine, "java", Runtime.version().toString()));
    if (directory != null) {
      metrics.gauge(
          "hraftd.disk.free_bytes",
          "Bytes free where the data directory is",
          () -> freeBytes(directory));
      metrics.gauge(
          "hraftd.disk.reserve_bytes",
          "Free bytes below which writes that grow are refused",
          () -> diskReserve);
    }
  }

  /** NaN if that cannot be told: it is not little then. */
  private static double freeBytes(Path directory) {
    long free = LocalDirectory.usableSpace(directory);
    return free == Long.MAX_VALUE ? Double.NaN : free;
  }
}
