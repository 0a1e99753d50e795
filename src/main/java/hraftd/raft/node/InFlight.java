package hraftd.raft.node;

import hraftd.raft.ConsensusException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much this node has accepted and not answered yet; bounded, so that memory is. Thread-safe.
 */
final class InFlight {

  /** Below the Raft thread's queue, so that whoever hands it a request does not block. */
  static final int MAX_REQUESTS = 8192;

  /** One request of the largest size, and little of the heap. */
  static final long MAX_BYTES =
      Math.max(16L << 20, Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Makes room for one request; {@link #done} gives it back.
   *
   * @throws ConsensusException.Overloaded if there is none
   */
  void begin(long size) {
    if (requests.incrementAndGet() > MAX_REQUESTS) {
      requests.decrementAndGet();
      throw new ConsensusException.Overloaded(MAX_REQUESTS + " requests are in flight");
    }
    if (bytes.addAndGet(size) > MAX_BYTES) {
      done(size);
      throw new ConsensusException.Overloaded(
          "requests of " + (MAX_BYTES >> 20) + " MiB are in flight");
    }
  }

  void done(long size) {
    requests.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
