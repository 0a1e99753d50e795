package hraftd.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;

/** Writes small files so that a power loss leaves either the old content or the new one. */
final class DurableFile {
  private DurableFile() {}

  /**
   * Replaces the file's content, durably before it returns.
   *
   * @throws IOException if that failed, with the file and the reason; the old content is still
   *     there
   */
  static void write(Path file, byte[] content) throws IOException {
    try {
      replace(file, content);
    } catch (IOException e) {
      throw new IOException("cannot write " + file + ": " + DataDirectory.reason(e), e);
    }
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("it is not in a directory");
    }
    Path temporary = directory.resolve(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    syncDirectory(directory);
  }

  /**
   * Makes a directory, and those above it that are not there, durably before it returns.
   *
   * @throws IOException if that failed; some of them may be there
   */
  static void createDirectories(Path directory) throws IOException {
    createDirectories(directory, DurableFile::syncDirectory);
  }

  /** What makes the names in a directory durable. */
  @FunctionalInterface
  interface Sync {
    /** Makes what was created, renamed or deleted in the directory durable. */
    void force(Path directory) throws IOException;
  }

  /** The same with another way to make the names durable. */
  static void createDirectories(Path directory, Sync sync) throws IOException {
    Deque<Path> changed = new ArrayDeque<>();
    Path at = directory.toAbsolutePath();
    while (!Files.exists(at)) {
      Path parent = at.getParent();
      if (parent == null) {
        break;
      }
      changed.push(parent);
      at = parent;
    }
    Files.createDirectories(directory);
    for (Path parent : changed) {
      sync.force(parent);
    }
  }

  /** Makes what was created, renamed or deleted in a directory durable. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
