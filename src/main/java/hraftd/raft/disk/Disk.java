package hraftd.raft.disk;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The few file operations that the stores need, so that tests can put a disk under them that loses
 * power, fills up or fails. Every method may be called from any thread; what two threads do to the
 * same file at the same time is up to them.
 *
 * <p>Nothing is durable before the file was forced, no name before its directory was.
 */
public interface Disk {

  /** An open file. */
  interface DiskFile extends Closeable {

    /** Reads at a position, possibly less than wanted; -1 at the end of the file. */
    int read(ByteBuffer into, long position) throws IOException;

    /** Writes at a position, possibly less than given. */
    int write(ByteBuffer from, long position) throws IOException;

    /**
     * Makes what was written durable.
     *
     * @param metadata also the file's size
     */
    void force(boolean metadata) throws IOException;

    /** Makes the file shorter. */
    void truncate(long size) throws IOException;

    /** How long the file is, in bytes. */
    long size() throws IOException;

    /**
     * Reads until the buffer is full.
     *
     * @throws EOFException if the file ends before
     */
    default void readFully(ByteBuffer into, long position) throws IOException {
      long at = position;
      while (into.hasRemaining()) {
        int read = read(into, at);
        if (read < 0) {
          throw new EOFException("the file ends at " + at);
        }
        at += read;
      }
    }

    /** Writes until the buffer is empty. */
    default void writeFully(ByteBuffer from, long position) throws IOException {
      long at = position;
      while (from.hasRemaining()) {
        at += write(from, at);
      }
    }
  }

  /** Opens a new file for reading and writing, empty even if there was one. */
  DiskFile create(Path file) throws IOException;

  /** Opens a file that exists for reading and writing. */
  DiskFile open(Path file) throws IOException;

  /** The names in a directory. */
  List<String> list(Path directory) throws IOException;

  /** Deletes a file, if it is there. */
  void delete(Path file) throws IOException;

  /** Gives a file another name at once; a file of that name is replaced. */
  void rename(Path from, Path to) throws IOException;

  /** Makes names that were added, changed and deleted durable. */
  void forceDirectory(Path directory) throws IOException;

  /** Bytes that can still be written to the directory's file system. */
  long usableSpace(Path directory) throws IOException;
}
