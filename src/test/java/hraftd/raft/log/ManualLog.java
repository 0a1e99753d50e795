package hraftd.raft.log;

import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.FailStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A log on a disk in memory, whose threads work when the test says so. */
final class ManualLog {
  /** With pages of 512 bytes, of the first of which the segment's header takes 64. */
  static final LogOptions SMALL = new LogOptions(4096, 512, 500, 0, 2);

  static final Path DIRECTORY = Path.of("log");

  private ManualLog() {}

  /** With this thread for fsyncs, and no housekeeper. */
  static DurableLog open(CrashDisk disk, ManualThread syncer) throws IOException {
    return open(disk, new ArrayList<>(), SMALL, syncer, new ManualThread());
  }

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
        SnapshotCover.NONE,
        options,
        new ManualLogThreads(syncer, keeper),
        () -> {},
        new FailStop(told::add));
  }
}
