package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the log in a directory had at least, in a file beside it: a log vouches for all of itself
 * but for its end, and a whole segment at the end leaves no trace when it goes. Saved when a
 * segment is begun, before the first entry goes into it, before a truncation takes segments away,
 * and at an orderly stop.
 */
final class FloorFile implements AutoCloseable {
  static final String NAME = "floor";

  private static final DoubledFile.Kind KIND =
      new DoubledFile.Kind(NAME, 0x6872_4631, 64, "what the log must hold at least");

  private static final int EXACT = 1;
  private static final int CUT = 2;

  /**
   * What the file says.
   *
   * @param sequence the number of the newest segment; 0: none was begun yet
   * @param index an entry that was durable, and all before it
   * @param exact true if that was the last one: the node was stopped in order and has not started
   *     since
   * @param lost the last entry that the log had when files were found damaged, {@link
   *     hraftd.raft.core.Loss#UNKNOWN} if that is not known; 0: it has lost nothing that is not
   *     here again
   * @param cut true if segments were about to be cut off, for a truncation: their files may be
   *     shorter than their headers say
   */
  record Floor(long sequence, long index, boolean exact, boolean cut, long lost) {
    static final Floor NONE = new Floor(0, 0, /* exact= */ false, /* cut= */ false, /* lost= */ 0);
  }

  private final DoubledFile file;

  private FloorFile(DoubledFile file) {
    this.file = file;
  }

  /**
   * What the directory's file says, without changing it; null if there is none.
   *
   * @throws StoreDamagedException if neither copy can be read
   */
  static @Nullable Floor read(Disk disk, Path directory) throws IOException {
    return disk.list(directory).contains(NAME)
        ? decode(DoubledFile.read(disk, directory, KIND).content())
        : null;
  }

  /** Opens the directory's file, or begins it, to say this from now on. */
  static FloorFile open(Disk disk, Path directory, Floor floor) throws IOException {
    if (!disk.list(directory).contains(NAME)) {
      return new FloorFile(DoubledFile.create(disk, directory, KIND, encode(floor)));
    }
    FloorFile opened = new FloorFile(DoubledFile.open(disk, directory, KIND));
    try {
      opened.file.save(encode(floor));
      return opened;
    } catch (IOException e) {
      opened.close();
      throw e;
    }
  }

  /** Says this from now on, durably before it returns. */
  void save(Floor floor) throws IOException {
    file.save(encode(floor));
  }

  /** See {@link DoubledFile#mend}. */
  @Nullable String mend(Disk disk) throws IOException {
    return file.mend(disk);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private static ByteBuffer encode(Floor floor) {
    ByteBuffer out = KIND.content();
    out.putLong(floor.sequence).putLong(floor.index);
    out.putInt((floor.exact ? EXACT : 0) | (floor.cut ? CUT : 0)).putLong(floor.lost);
    return out.clear();
  }

  private static Floor decode(ByteBuffer in) {
    int flags = in.getInt(16);
    return new Floor(
        in.getLong(0), in.getLong(8), (flags & EXACT) != 0, (flags & CUT) != 0, in.getLong(20));
  }
}
