package hraftd.raft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many TLS handshakes begin, for each address that they come from: one costs a key and a
 * signature, a hundred times what a greeting does, and members have few of them. For one thread.
 */
final class HandshakePace {

  /** As many as take a small part of one processor. */
  static final int MAX_A_SECOND = 128;

  /** Addresses remembered; with more the one is forgotten that began first. */
  private static final int MAX_ADDRESSES = 1024;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private static final class Begun {
    final long since;
    int count;

    Begun(long since) {
      this.since = since;
    }
  }

  private final LongSupplier nanoClock;
  private final Map<InetAddress, Begun> begun =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Begun> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  /** None yet. */
  HandshakePace(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** There are more than {@link #MAX_A_SECOND} from one address. */
  static final class ExceededException extends IOException {
    private static final long serialVersionUID = 1;

    ExceededException() {
      super("more than " + MAX_A_SECOND + " TLS handshakes a second from its address");
    }
  }

  /**
   * Counts one.
   *
   * @throws ExceededException if it is one too many
   */
  void count(InetAddress from) throws ExceededException {
    long now = nanoClock.getAsLong();
    Begun counted = begun.get(from);
    if (counted == null || now - counted.since >= SECOND) {
      counted = new Begun(now);
      begun.remove(from);
      begun.put(from, counted);
    }
    if (++counted.count > MAX_A_SECOND) {
      throw new ExceededException();
    }
  }
}
