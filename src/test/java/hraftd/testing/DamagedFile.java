package hraftd.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Damages files as a disk does that rots. */
public final class DamagedFile {

  private DamagedFile() {}

  /**
   * Changes the byte at this offset, whatever it is: a byte of one's own choice may be there
   * already, and then nothing is damaged.
   */
  public static void flip(Path file, long offset) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      if (channel.read(one, offset) != 1) {
        throw new IOException(file + " has no byte at " + offset);
      }
      one.put(0, (byte) (one.get(0) ^ 0x40));
      channel.write(one.flip(), offset);
    }
  }
}
