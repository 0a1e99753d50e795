package hraftd.raft.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads what is answered to a greeting. For one thread. */
final class AnswerReader {

  private final InputStream in;

  /** From what waits no longer than it should. */
  AnswerReader(InputStream in) {
    this.in = in;
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
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("closed instead of answering the greeting");
    }
    return bytes;
  }
}
