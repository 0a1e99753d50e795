package hraftd.raft.disk;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The disk of this machine, to be read where the system can do it past its cache: what rots on the
 * disk does not show in a copy in memory. A file is read in large steps, behind each of which a
 * {@link Pace} may wait. A file is used by one thread.
 *
 * <p>Where the file system does not do that (tmpfs on older systems, some network file systems) it
 * is read as always.
 */
public final class UncachedDisk extends ReadOnlyDisk {

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

  /** Opens a file; in the package for a disk that fails. */
  @FunctionalInterface
  interface Opener {
    FileChannel open(Path file, Set<? extends OpenOption> how) throws IOException;
  }

  private final Opener opener;
  private final Pace pace;

  /** Set once a file could be read past the cache: from then on what fails there is damage. */
  private final AtomicBoolean pastCache;

  /** To be read at this pace. */
  public UncachedDisk(Pace pace) {
    this(pace, FileChannel::open);
  }

  UncachedDisk(Pace pace, Opener opener) {
    this(pace, opener, new AtomicBoolean());
  }

  private UncachedDisk(Pace pace, Opener opener, AtomicBoolean pastCache) {
    this.pace = pace;
    this.opener = opener;
    this.pastCache = pastCache;
  }

  /** The same disk at another pace: what is known of the one is known of the other. */
  public UncachedDisk at(Pace other) {
    return new UncachedDisk(other, opener, pastCache);
  }

  @Override
  public DiskFile open(Path file) throws IOException {
    return new SteppedFile(file, openChannel(file), pace);
  }

  private FileChannel openChannel(Path file) throws IOException {
    FileChannel direct = null;
    try {
      direct = opener.open(file, Set.of(StandardOpenOption.READ, ExtendedOpenOption.DIRECT));
      direct.read(aligned(ALIGNMENT), 0); // Some systems say only then that they cannot.
      pastCache.set(true);
      return direct;
    } catch (UnsupportedOperationException | IOException e) {
      if (direct != null) {
        direct.close();
      }
      if (e instanceof IOException damage && pastCache.get()) {
        throw new DiskException(direct == null ? "open" : "read", file, damage);
      }
      // As always, then; what is wrong with the file shows there too.
    }
    try {
      return opener.open(file, Set.of(StandardOpenOption.READ));
    } catch (IOException e) {
      throw new DiskException("open", file, e);
    }
  }

  private static ByteBuffer aligned(int bytes) {
    return ByteBuffer.allocateDirect(bytes + ALIGNMENT).alignedSlice(ALIGNMENT).limit(bytes);
  }

  /** Reads whole steps from whole blocks on, and gives out of them what is asked for. */
  private static final class SteppedFile implements DiskFile {
    private final Path path;
    private final FileChannel channel;
    private final Pace pace;
    private final ByteBuffer step = aligned(STEP_BYTES).limit(0);
    private long start;

    SteppedFile(Path path, FileChannel channel, Pace pace) {
      this.path = path;
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
      try {
        channel.read(step, at);
      } catch (IOException e) {
        step.limit(0); // What it held is gone.
        throw new DiskException("read", path, e);
      }
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
