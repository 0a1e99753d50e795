package hraftd.raft.sim;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** The newest lines of a recorded run, as many as fit into so many bytes. */
final class EventLines {

  private final long since;
  private final long maxBytes;
  private final Deque<byte[]> lines = new ArrayDeque<>();
  private long bytes;

  /**
   * None yet.
   *
   * @param since what was before is not kept, in microseconds of the simulation
   * @param maxBytes how many are kept
   */
  EventLines(long since, long maxBytes) {
    this.since = since;
    this.maxBytes = maxBytes;
  }

  /** Adds a line of that time; one that is older than what is wanted goes. */
  void add(long atMicros, byte[] line) {
    if (atMicros < since) {
      return;
    }
    lines.add(line);
    bytes += line.length + 1;
    while (bytes > maxBytes) {
      bytes -= lines.remove().length + 1;
    }
  }

  /** Adds a line that is kept. */
  void end(String line) {
    lines.add(line.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes all that are left, each with a line break behind it. */
  void writeTo(OutputStream out) throws IOException {
    for (byte[] line : lines) {
      out.write(line);
      out.write('\n');
    }
  }
}
