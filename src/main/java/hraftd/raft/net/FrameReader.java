package hraftd.raft.net;

import hraftd.raft.WireFormat;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Takes the {@link Frame}s off one connection. For one thread, but for {@link #isOverdue}. */
public final class FrameReader {

  /** Above any batch of entries (a request's body has at most 8 MiB) and a piece of a snapshot. */
  public static final int MAX_FRAME_BYTES = 16 << 20;

  /** A body that anybody may send: many times what a node has to say that is no member. */
  static final int MAX_STRANGERS_FRAME_BYTES = 64 << 10;

  /** What is allocated on the word of a length; above it only what has come counts. */
  private static final int TRUSTED_BYTES = 1 << 20;

  /** A usual batch comes in with one system call. */
  private static final int BUFFER_BYTES = 64 << 10;

  private final DataInputStream in;
  private final boolean checked;

  /** When the frame that is not whole yet began, and whether there is one. */
  private volatile long beganAt = System.nanoTime();

  private volatile boolean begun;

  /**
   * Reads from a connection that has been greeted.
   *
   * @param expected true if the first frame counts as begun, as the other end has opened the
   *     connection to say something
   */
  FrameReader(InputStream in, WireFormat format, boolean expected) {
    this.checked = Frame.isChecked(format);
    this.begun = expected;
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER_BYTES));
  }

  /**
   * Waits for the next frame.
   *
   * @param admits asked when the length of a body has come, and may wait: whether it may be as long
   * @return the body; empty for {@link Frame#opening}
   * @throws EOFException if the connection ends before its end
   * @throws IllegalArgumentException if what comes is not one
   */
  byte[] read(IntPredicate admits) throws IOException {
    int first = in.read();
    if (first < 0) {
      throw new EOFException();
    }
    if (!begun) {
      beganAt = System.nanoTime();
      begun = true;
    }
    int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    WireReader.check(
        length >= 0 && length <= MAX_FRAME_BYTES && admits.test(length),
        "a frame of " + length + " bytes");
    int checksum = checked ? in.readInt() : 0;
    byte[] body = readBody(length);
    WireReader.check(
        !checked || Frame.checksum(length, body, 0) == checksum, "a frame's wrong checksum");
    begun = false;
    return body;
  }

  private byte[] readBody(int length) throws IOException {
    byte[] body = new byte[Math.min(length, TRUSTED_BYTES)];
    in.readFully(body);
    while (body.length < length) {
      int read = body.length;
      body = Arrays.copyOf(body, Math.min(length, 2 * read));
      in.readFully(body, read, body.length - read);
    }
    return body;
  }

  /** True if a frame began longer ago than this and is not whole yet. For any thread. */
  boolean isOverdue(Duration timeout) {
    return begun && System.nanoTime() - beganAt > timeout.toNanos();
  }
}
