package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import java.io.File;
import java.nio.file.Path;

/**
 * Keeps a large file that comes in from filling the disk: the log is on the same one, and a node
 * that cannot write its log stops. One thread uses it.
 */
final class FreeSpace {

  /** What is left for the log, as its own default is. */
  static final long RESERVE_BYTES = 64L << 20;

  /** Asking costs more than writing a line does. */
  private static final long STEP_BYTES = 1L << 20;

  private final Path directory;
  private final long reserve;
  private long nextLook;

  /**
   * Watches a directory.
   *
   * @param reserve so many bytes stay free, but for the last that were written
   */
  FreeSpace(Path directory, long reserve) {
    this.directory = directory;
    this.reserve = reserve;
  }

  /**
   * To be called before more is written.
   *
   * @param written so far
   * @throws Problem 507 if too little is left
   */
  void require(long written) {
    if (written < nextLook) {
      return;
    }
    nextLook = written + STEP_BYTES;
    File file = directory.toFile();
    // A file system of no size is one that does not tell.
    if (file.getUsableSpace() < reserve && file.getTotalSpace() > 0) {
      throw new Problem(Code.DISK_FULL, "the disk of this node has no room for the backup");
    }
  }
}
