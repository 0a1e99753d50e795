package hraftd.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;

/** The disk on which the stores lie. */
final class BlockDevice {

  private static final Path STATISTICS = Path.of("/proc/diskstats");

  /** Linux counts these whatever the disk's own are. */
  private static final long SECTOR_BYTES = 512;

  private static final int NAME_FIELD = 2;
  private static final int WRITTEN_FIELD = 9;

  private static final int SYNCS = 101;
  private static final int BLOCK_BYTES = 4096;

  private final Path directory;
  private final String device;

  /**
   * @param directory somewhere on it
   */
  BlockDevice(Path directory) {
    this.directory = directory;
    try {
      this.device = Files.getFileStore(directory).name().replaceAll(".*/", "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes that it has taken since the machine was started; 0 if nobody counts them. */
  long written() {
    try {
      return written(Files.readAllLines(STATISTICS), device);
    } catch (IOException e) {
      return 0;
    }
  }

  static long written(List<String> statistics, String device) {
    return statistics.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length > WRITTEN_FIELD && fields[NAME_FIELD].equals(device))
        .mapToLong(fields -> Long.parseLong(fields[WRITTEN_FIELD]) * SECTOR_BYTES)
        .findFirst()
        .orElse(0);
  }

  /** The median time of a small write with its fsync. */
  Duration syncTime() throws IOException {
    Path file = directory.resolve("sync");
    double[] nanos = new double[SYNCS];
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int i = 0; i < SYNCS; i++) {
        long begin = System.nanoTime();
        channel.write(ByteBuffer.allocate(BLOCK_BYTES));
        channel.force(false);
        nanos[i] = System.nanoTime() - begin;
      }
    } finally {
      Files.deleteIfExists(file);
    }
    return Duration.ofNanos(Math.round(Results.median(nanos)));
  }
}
