package hraftd.raft.log;

import hraftd.raft.NodeId;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Term and vote in a file, twice. Every save writes both copies, one durably before the other: a
 * crash can tear one of them only, and whichever one is damaged later, the other one says the same.
 *
 * <p>Format of a copy, big endian: CRC32C of all below, magic, sequence number (long), term (long),
 * incarnation of the vote (long), length of its id in bytes or -1 for no vote (int), the id.
 */
public final class TermFile implements TermStore, AutoCloseable {
  /** The name of the file. */
  public static final String NAME = "term";

  private static final String TEMPORARY = "term.tmp";
  private static final int MAGIC = 0x6872_5431;

  /** A multiple of any sector's size: no write touches both copies. */
  private static final int DISTANCE = 4096;

  private static final int COPY_BYTES = 1024;
  private static final int ID_AT = 36;

  private final Disk.DiskFile file;
  private final FailStop failStop;
  private Copy current;

  private record Copy(long sequence, long term, @Nullable NodeId vote) {}

  /**
   * What a file says that no process uses.
   *
   * @param vote who got the vote in that term; null: nobody
   * @param bothWhole false if one of the two copies cannot be read; the other one counts
   */
  public record Stored(long term, @Nullable NodeId vote, boolean bothWhole) {}

  private TermFile(Disk.DiskFile file, Copy current, FailStop failStop) {
    this.file = file;
    this.current = current;
    this.failStop = failStop;
  }

  /** Begins a new file in this directory, with term 0 and no vote, durably. */
  public static TermFile create(Disk disk, Path directory, FailStop failStop) throws IOException {
    Copy first = new Copy(1, 0, null);
    Disk.DiskFile file = disk.create(directory.resolve(TEMPORARY));
    try {
      file.writeFully(encode(first), 0);
      file.writeFully(encode(first), DISTANCE);
      file.force(true);
      disk.rename(directory.resolve(TEMPORARY), directory.resolve(NAME));
      disk.forceDirectory(directory);
      return new TermFile(file, first, failStop);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Reads the file in this directory and changes nothing.
   *
   * @throws StoreDamagedException if neither copy can be read
   */
  public static Stored read(Disk disk, Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    try (Disk.DiskFile file = disk.open(path)) {
      Copy first = decode(file, 0);
      Copy second = decode(file, DISTANCE);
      Copy newest = firstCounts(first, second) ? first : second;
      if (newest == null) {
        throw unreadable(path);
      }
      return new Stored(newest.term(), newest.vote(), first != null && second != null);
    }
  }

  private static boolean firstCounts(@Nullable Copy first, @Nullable Copy second) {
    return second == null || (first != null && first.sequence() >= second.sequence());
  }

  private static StoreDamagedException unreadable(Path path) {
    return new StoreDamagedException(path, 0, "neither copy of the term and vote can be read");
  }

  /**
   * Opens the file in this directory.
   *
   * @throws StoreDamagedException if neither copy can be read
   */
  public static TermFile open(Disk disk, Path directory, FailStop failStop) throws IOException {
    Path path = directory.resolve(NAME);
    Disk.DiskFile file = disk.open(path);
    try {
      Copy first = decode(file, 0);
      Copy second = decode(file, DISTANCE);
      boolean firstCounts = firstCounts(first, second);
      Copy newest = firstCounts ? first : second;
      if (newest == null) {
        throw unreadable(path);
      }
      // The copy that does not count first: the other one stays whole until both say the same.
      write(file, newest, firstCounts ? DISTANCE : 0);
      write(file, newest, firstCounts ? 0 : DISTANCE);
      disk.forceDirectory(directory);
      return new TermFile(file, newest, failStop);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public long term() {
    return current.term();
  }

  @Override
  public @Nullable NodeId votedFor() {
    return current.vote();
  }

  @Override
  public void save(long term, @Nullable NodeId votedFor) {
    failStop.check();
    Copy next = new Copy(current.sequence() + 1, term, votedFor);
    try {
      write(file, next, 0);
      write(file, next, DISTANCE);
    } catch (IOException e) {
      throw failStop.failed(e);
    }
    current = next;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static void write(Disk.DiskFile file, Copy copy, long position) throws IOException {
    file.writeFully(encode(copy), position);
    file.force(true);
  }

  private static ByteBuffer encode(Copy copy) {
    ByteBuffer out = ByteBuffer.allocate(COPY_BYTES);
    out.putInt(0).putInt(MAGIC).putLong(copy.sequence()).putLong(copy.term());
    NodeId vote = copy.vote();
    if (vote == null) {
      out.putLong(0).putInt(-1);
    } else {
      byte[] id = vote.id().getBytes(StandardCharsets.UTF_8);
      out.putLong(vote.incarnation()).putInt(id.length).put(id);
    }
    out.putInt(0, checksum(out));
    return out.clear();
  }

  private static @Nullable Copy decode(Disk.DiskFile file, long position) throws IOException {
    if (file.size() < position + COPY_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.allocate(COPY_BYTES);
    file.readFully(in, position);
    int idLength = in.getInt(ID_AT - 4);
    if (in.getInt(0) != checksum(in) || in.getInt(4) != MAGIC || idLength > COPY_BYTES - ID_AT) {
      return null;
    }
    NodeId vote =
        idLength < 0
            ? null
            : new NodeId(
                new String(in.array(), ID_AT, idLength, StandardCharsets.UTF_8), in.getLong(24));
    return new Copy(in.getLong(8), in.getLong(16), vote);
  }

  private static int checksum(ByteBuffer copy) {
    CRC32C crc = new CRC32C();
    crc.update(copy.duplicate().limit(COPY_BYTES).position(4));
    return (int) crc.getValue();
  }
}
