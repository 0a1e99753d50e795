package hraftd.raft.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The disk of this machine, to be looked at: whatever would change a file or a directory fails.
 * Nobody else may change what is read meanwhile.
 */
public class ReadOnlyDisk implements Disk {

  private final Disk disk = new RealDisk();

  @Override
  public DiskFile create(Path file) throws IOException {
    throw readOnly(file);
  }

  /** Opens a file that exists for reading; writing to it is an exception of the channel. */
  @Override
  public DiskFile open(Path file) throws IOException {
    try {
      return new RealDisk.ChannelFile(file, FileChannel.open(file, StandardOpenOption.READ));
    } catch (IOException e) {
      throw new DiskException("open", file, e);
    }
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return disk.list(directory);
  }

  @Override
  public void delete(Path file) throws IOException {
    throw readOnly(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    throw readOnly(from);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    throw readOnly(directory);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return disk.usableSpace(directory);
  }

  private static IOException readOnly(Path what) {
    return new IOException(what + " is only read");
  }
}
