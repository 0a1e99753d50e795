package hraftd.raft.disk;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The disk of this machine, through {@link FileChannel}. A thread that is interrupted in one of
 * these calls finds the file closed, which the stores take for a failure: nobody may interrupt
 * theirs.
 */
public final class RealDisk implements Disk {

  /** Something with a file, which may fail. */
  @FunctionalInterface
  private interface Operation<T> {
    T run() throws IOException;
  }

  private static <T> T named(String operation, Path file, Operation<T> body) throws IOException {
    try {
      return body.run();
    } catch (DiskException e) {
      throw e;
    } catch (IOException e) {
      throw new DiskException(operation, file, e);
    }
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return named(
        "create",
        file,
        () ->
            new ChannelFile(
                file,
                FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE)));
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return named(
        "open",
        file,
        () ->
            new ChannelFile(
                file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)));
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return named(
        "list",
        directory,
        () -> {
          try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
          }
        });
  }

  @Override
  public void delete(Path file) throws IOException {
    var unused = named("delete", file, () -> Files.deleteIfExists(file));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    var unused =
        named(
            "rename to " + to.getFileName() + " the file",
            from,
            () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    var unused =
        named(
            "fsync the directory",
            directory,
            () -> {
              LocalDirectory.force(directory);
              return directory;
            });
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return LocalDirectory.usableSpace(directory);
  }

  /**
   * An open file of this machine.
   *
   * @param path for people
   */
  record ChannelFile(Path path, FileChannel channel) implements DiskFile {

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      try {
        return channel.read(into, position);
      } catch (IOException e) {
        throw new DiskException("read", path, e);
      }
    }

    @Override
    public void readFully(ByteBuffer into, long position) throws IOException {
      try {
        DiskFile.super.readFully(into, position);
      } catch (EOFException e) {
        throw new DiskException("read", path, e);
      }
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      try {
        return channel.write(from, position);
      } catch (IOException e) {
        throw new DiskException("write", path, e);
      }
    }

    @Override
    public void force(boolean metadata) throws IOException {
      try {
        channel.force(metadata);
      } catch (IOException e) {
        throw new DiskException("fsync", path, e);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      try {
        channel.truncate(size);
      } catch (IOException e) {
        throw new DiskException("cut off", path, e);
      }
    }

    @Override
    public long size() throws IOException {
      try {
        return channel.size();
      } catch (IOException e) {
        throw new DiskException("read the size of", path, e);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
