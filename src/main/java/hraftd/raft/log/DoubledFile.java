package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A small file that holds the same bytes twice. Every save writes both copies, one durably before
 * the other: a crash can tear one of them only, and whichever one is damaged later, the other one
 * says the same. Belongs to one thread at a time.
 *
 * <p>Format of a copy, big endian: CRC32C of all below, magic (int), number of the save (long), the
 * content. The second copy is at 4096.
 */
final class DoubledFile implements AutoCloseable {
  /** A multiple of any sector's size: no write touches both copies. */
  private static final int DISTANCE = 4096;

  private static final int HEAD_BYTES = 16;

  /**
   * What a kind of such files has in common.
   *
   * @param name of the file
   * @param magic of each copy
   * @param copyBytes of a copy
   * @param what it is called
   */
  record Kind(String name, int magic, int copyBytes, String what) {

    /** Room for a copy's content. */
    ByteBuffer content() {
      return ByteBuffer.allocate(copyBytes - HEAD_BYTES);
    }

    private String temporary() {
      return name + ".tmp";
    }
  }

  private record Copy(long number, ByteBuffer content) {

    Copy {
      content = content.duplicate().clear();
    }
  }

  /**
   * What a file says that no process uses.
   *
   * @param bothWhole false if one of the two copies cannot be read; the other one counts
   */
  record Stored(ByteBuffer content, boolean bothWhole) {}

  private record Copies(@Nullable Copy first, @Nullable Copy second) {

    static Copies read(Kind kind, Disk.DiskFile file) throws IOException {
      return new Copies(decode(kind, file, 0), decode(kind, file, DISTANCE));
    }

    Copy newest(Path path, Kind kind) throws StoreDamagedException {
      if (first != null && (second == null || first.number >= second.number)) {
        return first;
      }
      if (second != null) {
        return second;
      }
      throw new StoreDamagedException(path, 0, "neither copy of " + kind.what + " can be read");
    }
  }

  private final Kind kind;
  private final Path path;
  private final Disk.DiskFile file;

  /** What both copies say. */
  private Copy current;

  private DoubledFile(Kind kind, Path path, Disk.DiskFile file, Copy current) {
    this.kind = kind;
    this.path = path;
    this.file = file;
    this.current = current;
  }

  /** Begins a new file in this directory, durably. */
  static DoubledFile create(Disk disk, Path directory, Kind kind, ByteBuffer content)
      throws IOException {
    Copy first = new Copy(1, content);
    Path temporary = directory.resolve(kind.temporary());
    Disk.DiskFile file = disk.create(temporary);
    try {
      file.writeFully(encode(kind, first), 0);
      file.writeFully(encode(kind, first), DISTANCE);
      file.force(true);
      Path path = directory.resolve(kind.name);
      disk.rename(temporary, path);
      disk.forceDirectory(directory);
      return new DoubledFile(kind, path, file, first);
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
  static Stored read(Disk disk, Path directory, Kind kind) throws IOException {
    Path path = directory.resolve(kind.name);
    try (Disk.DiskFile file = disk.open(path)) {
      Copies copies = Copies.read(kind, file);
      Copy newest = copies.newest(path, kind);
      return new Stored(newest.content, copies.first != null && copies.second != null);
    }
  }

  /**
   * Opens the file in this directory; {@link #content} has what it says.
   *
   * @throws StoreDamagedException if neither copy can be read
   */
  @SuppressWarnings("ReferenceEquality") // Which of the two it is.
  static DoubledFile open(Disk disk, Path directory, Kind kind) throws IOException {
    Path path = directory.resolve(kind.name);
    Disk.DiskFile file = disk.open(path);
    try {
      Copies copies = Copies.read(kind, file);
      Copy newest = copies.newest(path, kind);
      boolean firstCounts = newest == copies.first;
      // The copy that does not count first: the other one stays whole until both say the same.
      write(kind, file, newest, firstCounts ? DISTANCE : 0, /* metadata= */ true);
      write(kind, file, newest, firstCounts ? 0 : DISTANCE, /* metadata= */ true);
      disk.forceDirectory(directory);
      return new DoubledFile(kind, path, file, newest);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** What was saved last, before or since the file was opened. */
  ByteBuffer content() {
    return current.content.duplicate();
  }

  /** Stores this content, durably before it returns. */
  void save(ByteBuffer content) throws IOException {
    Copy next = new Copy(current.number + 1, content);
    // Both copies have been here since the file was opened: its size stays.
    write(kind, file, next, 0, /* metadata= */ false);
    write(kind, file, next, DISTANCE, /* metadata= */ false);
    current = next;
  }

  /**
   * Stores anew what was saved last, unless both copies, read through this disk, say just that.
   *
   * @return what was wrong; null: nothing
   * @throws IOException if the file cannot be written
   */
  @Nullable String mend(Disk disk) throws IOException {
    String wrong = wrong(disk);
    if (wrong != null) {
      save(current.content);
    }
    return wrong == null ? null : path + ": " + wrong;
  }

  private @Nullable String wrong(Disk disk) {
    try (Disk.DiskFile again = disk.open(path)) {
      Copies stored = Copies.read(kind, again);
      if (stored.equals(new Copies(current, current))) {
        return null;
      }
      return stored.first == null || stored.second == null
          ? "one of its two copies cannot be read"
          : "it does not say what was written";
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static void write(
      Kind kind, Disk.DiskFile file, Copy copy, long position, boolean metadata)
      throws IOException {
    file.writeFully(encode(kind, copy), position);
    file.force(metadata);
  }

  private static ByteBuffer encode(Kind kind, Copy copy) {
    ByteBuffer out = ByteBuffer.allocate(kind.copyBytes);
    out.putInt(0).putInt(kind.magic).putLong(copy.number).put(copy.content.duplicate());
    out.putInt(0, checksum(out));
    return out.clear();
  }

  private static @Nullable Copy decode(Kind kind, Disk.DiskFile file, long position)
      throws IOException {
    if (file.size() < position + kind.copyBytes) {
      return null;
    }
    ByteBuffer in = ByteBuffer.allocate(kind.copyBytes);
    file.readFully(in, position);
    if (in.getInt(0) != checksum(in) || in.getInt(4) != kind.magic) {
      return null;
    }
    ByteBuffer content = kind.content().put(in.position(HEAD_BYTES)).clear();
    return new Copy(in.getLong(8), content);
  }

  private static int checksum(ByteBuffer copy) {
    CRC32C crc = new CRC32C();
    crc.update(copy.duplicate().limit(copy.capacity()).position(4));
    return (int) crc.getValue();
  }
}
