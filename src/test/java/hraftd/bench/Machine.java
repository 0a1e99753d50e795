package hraftd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * What the figures were measured on.
 *
 * @param sync how long a small write with its fsync takes
 */
record Machine(String processor, int cores, String kernel, String jdk, Duration sync) {

  /** This one. */
  static Machine here(BlockDevice disk) throws IOException {
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        Runtime.version().toString(),
        disk.syncTime());
  }

  private static String processorName() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  /** In one line. */
  String about() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %s, JDK %s, fsync %.2f ms",
        processor,
        cores,
        kernel,
        jdk,
        sync.toNanos() / 1e6);
  }
}
