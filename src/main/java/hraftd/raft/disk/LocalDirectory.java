package hraftd.raft.disk;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the systems that hraftd runs on do differently with a directory. Any thread. */
public final class LocalDirectory {
  private LocalDirectory() {}

  /**
   * Makes what was created, renamed or deleted in a directory durable. Windows opens no directory
   * as a file and has no such call: there the journal of NTFS keeps the names in order, and the
   * last of them may be gone after a power loss (docs/formats.md).
   */
  public static void force(Path directory) throws IOException {
    if (!opensDirectories(directory.getFileSystem())) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static boolean opensDirectories(FileSystem system) {
    return system.supportedFileAttributeViews().contains("posix");
  }

  /**
   * Bytes that can still be written below a directory; {@link Long#MAX_VALUE} if nobody can tell.
   * Asks for the directory itself: java.nio looks for its mount first, which a chroot or a
   * container need not show.
   */
  public static long usableSpace(Path directory) {
    File file = directory.toFile();
    return usableSpace(file.getUsableSpace(), file.getTotalSpace());
  }

  /** A file system of no size at all is one that does not tell: space unknown is not space gone. */
  static long usableSpace(long usable, long total) {
    return usable == 0 && total == 0 ? Long.MAX_VALUE : usable;
  }
}
