package hraftd.raft.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second process out of a directory. The system drops it when this process ends. */
public final class DirectoryLock implements AutoCloseable {
  private static final String NAME = "lock";

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks the directory.
   *
   * @throws IOException if another process, or another node in this one, has it
   */
  public static DirectoryLock of(Path directory) throws IOException {
    FileChannel channel = open(directory.resolve(NAME));
    if (tryLock(channel) == null) {
      channel.close();
      throw new IOException(directory + " is in use by another process");
    }
    return new DirectoryLock(channel);
  }

  private static FileChannel open(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new DiskException("open", file, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
