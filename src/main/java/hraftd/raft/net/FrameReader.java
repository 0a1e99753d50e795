package hraftd.raft.net;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Takes the frames off one connection: each has its length in front, in four bytes. For one thread.
 */
public final class FrameReader {

  /** Above any batch of entries (the largest command is some MiB) and any piece of a snapshot. */
  public static final int MAX_FRAME_BYTES = 64 << 20;

  /** What is allocated on the word of a length prefix; above it only what has come counts. */
  private static final int TRUSTED_FRAME_BYTES = 1 << 20;

  /** A usual batch comes in with one system call. */
  private static final int BUFFER_BYTES = 64 << 10;

  private final DataInputStream in;

  FrameReader(InputStream in) {
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
  }

  /**
   * Waits for the next frame.
   *
   * @throws java.io.EOFException if the connection ends before its end
   * @throws IllegalArgumentException if what comes cannot be one
   */
  byte[] read() throws IOException {
    int length = in.readInt();
    WireReader.check(length > 0 && length <= MAX_FRAME_BYTES, "a frame of " + length + " bytes");
    byte[] frame = new byte[Math.min(length, TRUSTED_FRAME_BYTES)];
    in.readFully(frame);
    while (frame.length < length) {
      int read = frame.length;
      frame = Arrays.copyOf(frame, Math.min(length, 2 * read));
      in.readFully(frame, read, frame.length - read);
    }
    return frame;
  }
}
