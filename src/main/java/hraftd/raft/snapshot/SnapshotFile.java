package hraftd.raft.snapshot;

import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32C;

/** One snapshot in a file: a {@link SnapshotHeader}, then the content. */
final class SnapshotFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 17;

  /**
   * Forced after this much, so that the fsync at the end, which somebody may wait for, and those of
   * the log meanwhile, stay short.
   */
  private static final long STEP_BYTES = 8 << 20;

  private final Path path;
  private final Disk.DiskFile file;
  private final SnapshotStore.Meta meta;
  private final long contentAt;
  private final BlockSums sums;

  private SnapshotFile(Path path, Disk.DiskFile file, SnapshotStore.Meta meta, BlockSums sums) {
    this.sums = sums;
    this.path = path;
    this.file = file;
    this.meta = meta;
    this.contentAt = SnapshotHeader.encode(meta).limit();
  }

  /** Where it is. */
  Path path() {
    return path;
  }

  /** What it is. */
  SnapshotStore.Meta meta() {
    return meta;
  }

  /**
   * Opens the file and checks all of it.
   *
   * @throws StoreDamagedException if it is not whole
   */
  static SnapshotFile open(Disk disk, Path path) throws IOException {
    Disk.DiskFile file = disk.open(path);
    try {
      SnapshotStore.Meta meta = SnapshotHeader.read(file);
      if (meta == null) {
        throw new StoreDamagedException(path, 0, "the snapshot's header is not valid");
      }
      SnapshotFile snapshot = new SnapshotFile(path, file, meta, new BlockSums());
      snapshot.check();
      return snapshot;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void check() throws IOException {
    InputStream content = content();
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      sums.add(buffer, 0, read);
    }
    sums.end();
  }

  /**
   * Reads all of it through this disk.
   *
   * @throws StoreDamagedException if it is not what was written
   * @throws IOException if it cannot be read
   */
  void check(Disk disk) throws IOException {
    try (SnapshotFile again = reopen(disk)) {
      if (!meta.equals(SnapshotHeader.read(again.file))) {
        throw new StoreDamagedException(path, 0, "the snapshot's header is not what was written");
      }
      for (long offset = 0; offset < meta.length(); offset += BUFFER_BYTES) {
        var unused = again.read(offset, BUFFER_BYTES);
      }
    }
  }

  /** The same snapshot, with its file opened once more through this disk. */
  SnapshotFile reopen(Disk disk) throws IOException {
    return new SnapshotFile(path, disk.open(path), meta, sums);
  }

  /**
   * A piece of the content, shorter only at the end.
   *
   * @throws StoreDamagedException if it is not what was written
   */
  byte[] read(long offset, int maxBytes) throws IOException {
    long end = Math.min(meta.length(), offset + maxBytes);
    if (offset >= end) {
      return new byte[0];
    }
    int before = (int) (offset % BlockSums.BLOCK_BYTES);
    long start = offset - before;
    long blocks = (end - start + BlockSums.BLOCK_BYTES - 1) / BlockSums.BLOCK_BYTES;
    byte[] all = readUnchecked(start, Math.toIntExact(blocks * BlockSums.BLOCK_BYTES));
    if (!sums.match(Math.toIntExact(start / BlockSums.BLOCK_BYTES), all)) {
      throw new StoreDamagedException(
          path, contentAt + start, "the content is not what was written");
    }
    return Arrays.copyOfRange(all, before, before + (int) (end - offset));
  }

  private byte[] readUnchecked(long offset, int maxBytes) throws IOException {
    int length = (int) Math.min(maxBytes, Math.max(0, meta.length() - offset));
    ByteBuffer piece = ByteBuffer.allocate(length);
    file.readFully(piece, contentAt + offset);
    return piece.array();
  }

  /**
   * The content from its beginning, checked: with the last byte a {@link StoreDamagedException} may
   * come. Closing it closes the file.
   */
  InputStream content() {
    return new Content();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private final class Content extends InputStream {
    private final CRC32C crc = new CRC32C();
    private byte[] buffer = new byte[0];
    private int next;
    private long loaded;

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      if (next == buffer.length && !load()) {
        return -1;
      }
      int count = Math.min(length, buffer.length - next);
      System.arraycopy(buffer, next, into, offset, count);
      next += count;
      return count;
    }

    private boolean load() throws IOException {
      if (loaded == meta.length()) {
        return false;
      }
      long size = file.size();
      if (size < contentAt + meta.length()) {
        throw new StoreDamagedException(path, size, "the snapshot's file is too short");
      }
      buffer = readUnchecked(loaded, BUFFER_BYTES);
      next = 0;
      loaded += buffer.length;
      crc.update(buffer);
      if (loaded == meta.length() && (int) crc.getValue() != meta.checksum()) {
        throw new StoreDamagedException(path, contentAt, "the content is not what was written");
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** A snapshot that is being written, piece by piece, to a temporary file. */
  static final class Draft {
    private final Disk disk;
    private final Path directory;
    private final Path path;
    private final Disk.DiskFile file;
    private final long contentAt;
    private final CRC32C crc = new CRC32C();
    private final BlockSums sums = new BlockSums();
    private long length;
    private long forced;

    /** Begins one; of {@code meta} only what is known before the content counts. */
    Draft(Disk disk, Path directory, String name, SnapshotStore.Meta meta) throws IOException {
      this.disk = disk;
      this.directory = directory;
      this.path = directory.resolve(name);
      this.contentAt = SnapshotHeader.encode(meta).limit();
      this.file = disk.create(path);
    }

    /** Bytes of content that are there. */
    long length() {
      return length;
    }

    /** The CRC32C of the content that is there. */
    int checksum() {
      return (int) crc.getValue();
    }

    /** Adds to the content. */
    void write(byte[] bytes, int offset, int count) throws IOException {
      file.writeFully(ByteBuffer.wrap(bytes, offset, count), contentAt + length);
      crc.update(bytes, offset, count);
      sums.add(bytes, offset, count);
      length += count;
      if (length - forced >= STEP_BYTES) {
        file.force(true);
        forced = length;
      }
    }

    /** The way to add to the content as a stream, to be flushed at the end. */
    OutputStream stream() {
      return new BufferedOutputStream(
          new OutputStream() {
            @Override
            public void write(int oneByte) throws IOException {
              write(new byte[] {(byte) oneByte}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int count) throws IOException {
              Draft.this.write(bytes, offset, count);
            }
          },
          BUFFER_BYTES);
    }

    /** The content that is there, all of it as {@code meta} says; not to be closed. */
    InputStream content(SnapshotStore.Meta meta) {
      return new SnapshotFile(path, file, meta, sums).content();
    }

    /** Makes all of it durable, still under its temporary name. */
    void seal(SnapshotStore.Meta meta) throws IOException {
      sums.end();
      file.writeFully(SnapshotHeader.encode(meta), 0);
      file.force(true);
    }

    /** Gives a sealed one its name, durably. It is not to be used any more after that. */
    SnapshotFile publish(SnapshotStore.Meta meta, String name) throws IOException {
      disk.rename(path, directory.resolve(name));
      disk.forceDirectory(directory);
      return new SnapshotFile(directory.resolve(name), file, meta, sums);
    }

    /** Closes and deletes it. */
    void discard() throws IOException {
      file.close();
      disk.delete(path);
    }
  }
}
