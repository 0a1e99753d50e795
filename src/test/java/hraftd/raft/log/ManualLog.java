package hraftd.raft.log;

import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.FailStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A log on a disk in memory, whose threads work when the test says so. */
final class ManualLog {
  static final LogOptions SMALL = new LogOptions(4096, 500, 0, 2);

  /** With pages of 512 bytes, of the first of which the segment's header takes 64. */
  static final LogOptions SMALL_PAGES = new LogOptions(4096, 512, 500, 0, 2);

  static final Path DIRECTORY = Path.of("log");

  private ManualLog() {}

  /** With threads that never work. */
  static DurableLog open(CrashDisk disk, List<Throwable> told, LogOptions options)
      throws IOException {
    return open(disk, told, options, new ManualThread(), new ManualThread());
  }

  static DurableLog open(
      CrashDisk disk,
      List<Throwable> told,
      LogOptions options,
      ManualThread syncer,
      ManualThread keeper)
      throws IOException {
    return DurableLog.open(
        disk,
        DIRECTORY,
        options,
        new ManualLogThreads(syncer, keeper),
        () -> {},
        new FailStop(told::add));
  }
}
