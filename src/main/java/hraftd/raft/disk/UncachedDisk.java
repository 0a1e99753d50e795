package hraftd.raft.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The disk of this machine, to be read where the system can do it past its cache: what rots on the
 * disk does not show in a copy in memory. A file is read in large steps, behind each of which a
 * {@link Pace} may wait. A file is used by one thread.
 *
 * <p>Where the file system does not do that (tmpfs on older systems, some network file systems) it
 * is read as always.
 */
public final class UncachedDisk implements Disk {

  /** Few calls, and a short time for each on a slow disk. */
  private static final int STEP_BYTES = 256 * 1024;

  /** A multiple of what any disk reads at once, as it asks for without the cache. */
  private static final int ALIGNMENT = 4096;

  /** How fast it may be read. */
  @FunctionalInterface
  public interface Pace {
    /**
     * A step has been read; returns when the next one may be.
     *
     * @param nanos what it took
     * @throws IOException if no more is to be read
     */
    void stepped(long nanos) throws IOException;
  }

  private final Disk readOnly = new ReadOnlyDisk();
  private final Pace pace;

  /** To be read at this pace. */
  public UncachedDisk(Pace pace) {
    this.pace = pace;
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new SteppedFile(openChannel(file), pace);
  }

  private static FileChannel openChannel(Path file) throws IOException {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
      try {
        channel.read(aligned(ALIGNMENT), 0); // Some systems say only then that they cannot.
        return channel;
      } catch (IOException e) {
        channel.close();
      }
    } catch (UnsupportedOperationException | IOException e) {
      // As always, then; what is wrong with the file shows there too.
    }
    return FileChannel.open(file, StandardOpenOption.READ);
  }

  private static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(bytes + ALIGNMENT).alignedSlice(ALIGNMENT).limit(bytes);
  }

  @Override
  public DiskFile create(Path file) throws IOException {
    return readOnly.create(file);
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    return readOnly.list(directory);
  }

  @Override
  public void delete(Path file) throws IOException {
    readOnly.delete(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    readOnly.rename(from, to);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    readOnly.forceDirectory(directory);
  }

  @Override
  public long usableSpace(Path directory) throws IOException {
    return readOnly.usableSpace(directory);
  }

  /** Reads whole steps from whole blocks on, and gives out of them what is asked for. */
  private static final class SteppedFile implements DiskFile {
    private final FileChannel channel;
    private final Pace pace;
    private final ByteBuffer step = aligned(STEP_BYTES).limit(0);
    private long start;

    SteppedFile(FileChannel channel, Pace pace) {
      this.channel = channel;
      this.pace = pace;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      if (position < start || position >= start + step.limit()) {
        load(position & -ALIGNMENT);
      }
      int from = (int) (position - start);
      if (from >= step.limit()) {
        return -1;
      }
      int count = Math.min(into.remaining(), step.limit() - from);
      into.put(step.slice(from, count));
      return count;
    }

    private void load(long at) throws IOException {
      long began = System.nanoTime();
      step.limit(STEP_BYTES).position(0);
      channel.read(step, at);
      step.flip();
      start = at;
      pace.stepped(System.nanoTime() - began);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      throw new IOException("it is only read");
    }

    @Override
    public void force(boolean metadata) throws IOException {
      throw new IOException("it is only read");
    }

    @Override
    public void truncate(long size) throws IOException {
      throw new IOException("it is only read");
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
