package hraftd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What some processes and the disk have used up since they began, as Linux counts it.
 *
 * @param cpu in user and in system mode
 * @param device bytes that the disk took, from whomever
 * @param dirtied bytes that the processes made the disk's business
 * @param memory bytes that are resident now
 */
record Usage(Duration cpu, long device, long dirtied, long memory) {

  private static final Usage NONE = new Usage(Duration.ZERO, 0, 0, 0);

  static Usage of(List<Process> processes, BlockDevice disk) {
    Usage used = processes.stream().map(Usage::of).reduce(NONE, Usage::plus);
    return new Usage(used.cpu, disk.written(), used.dirtied, used.memory);
  }

  private static Usage of(Process process) {
    Path directory = Path.of("/proc", Long.toString(process.pid()));
    return new Usage(
        process.info().totalCpuDuration().orElse(Duration.ZERO),
        0,
        field(directory.resolve("io"), "write_bytes:"),
        field(directory.resolve("status"), "VmRSS:") * 1024);
  }

  private static long field(Path file, String name) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException gone) {
      return 0;
    }
  }

  private Usage plus(Usage other) {
    return new Usage(
        cpu.plus(other.cpu), device + other.device, dirtied + other.dirtied, memory + other.memory);
  }

  /** What was used since an earlier moment; the memory is that of now. */
  Usage since(Usage earlier) {
    return new Usage(
        cpu.minus(earlier.cpu), device - earlier.device, dirtied - earlier.dirtied, memory);
  }
}
