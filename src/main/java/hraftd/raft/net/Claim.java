package hraftd.raft.net;

import java.security.SecureRandom;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A process that says that it is a node, as it greets: what tells it from another one with a copy
 * of the same data directory, and which of the two was first. No clock is compared with another
 * machine's.
 *
 * @param process random, made at its start
 * @param age how long ago that was
 * @param port where it listens for peers
 */
record Claim(long process, Duration age, int port) {

  /** On the wire. */
  static final int BYTES = 2 * Long.BYTES + 2;

  /** No process runs for longer; so that sums of it cannot overflow. */
  static final Duration MAX_AGE = Duration.ofDays(36_500);

  /** What this process says of itself, from its start on. */
  static final class Own {
    private final long process = new SecureRandom().nextLong();
    private final long start = System.nanoTime();
    private final int port;

    /** A process that starts now, and listens there. */
    Own(int port) {
      this.port = port;
    }

    /** What it says at this moment. Any thread. */
    Claim now() {
      return new Claim(process, Duration.ofNanos(System.nanoTime() - start), port);
    }
  }

  void write(WireWriter out) {
    out.putLong(process);
    out.putLong(age.toMillis());
    out.putByte(port >>> 8);
    out.putByte(port);
  }

  /**
   * What was written.
   *
   * @return null if there is none before the checksum: not every node makes one
   * @throws IllegalArgumentException if it cannot be true
   */
  static @Nullable Claim read(WireReader in) {
    if (in.remaining() < BYTES + Integer.BYTES) {
      return null;
    }
    long process = in.getLong();
    long millis = in.getLong();
    int port = (in.getByte() & 0xFF) << 8;
    port |= in.getByte() & 0xFF;
    WireReader.check(millis >= 0 && millis <= MAX_AGE.toMillis(), "a process of no such age");
    WireReader.check(port > 0, "a process that listens at no port");
    return new Claim(process, Duration.ofMillis(millis), port);
  }
}
