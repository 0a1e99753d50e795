package hraftd.raft.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Reads what is answered to a greeting, and waits no longer than until a moment. For one thread.
 */
final class AnswerReader {

  private final Socket socket;
  private final long deadline;

  /** From now on, for so long. */
  AnswerReader(Socket socket, Duration timeout) {
    this.socket = socket;
    this.deadline = System.nanoTime() + timeout.toNanos();
  }

  /** The next verdict. */
  Verdict verdict() throws IOException {
    byte[] header = bytes(Verdict.HEADER_BYTES);
    byte[] detail = bytes(Verdict.detailBytes(header));
    byte[] answer = Arrays.copyOf(header, header.length + detail.length);
    System.arraycopy(detail, 0, answer, header.length, detail.length);
    try {
      return Verdict.decode(answer);
    } catch (IllegalArgumentException e) {
      throw new IOException("what listens there is not a peer: " + e.getMessage(), e);
    }
  }

  /** The next so many bytes. */
  byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    InputStream in = socket.getInputStream();
    int position = 0;
    while (position < bytes.length) {
      long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis <= 0) {
        throw new SocketTimeoutException("no answer to the greeting");
      }
      socket.setSoTimeout((int) millis);
      int count = in.read(bytes, position, bytes.length - position);
      if (count < 0) {
        throw new EOFException("closed instead of answering the greeting");
      }
      position += count;
    }
    return bytes;
  }
}
