package hraftd.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much this node takes on at a time. Beyond it requests are refused at once, which costs little
 * and lets clients back off, instead of being queued until all of them are late. Thread-safe.
 */
public final class RequestBudget {

  /** Requests being answered; at 15,000 writes a second this is a quarter of a second's work. */
  public static final int MAX_REQUESTS = 4096;

  /**
   * Bytes of bodies held by requests being answered, and of long answers being sent: one of the
   * largest, and little of the heap.
   */
  public static final long MAX_BODY_BYTES =
      Math.max(16L << 20, Math.min(64L << 20, Runtime.getRuntime().maxMemory() / 8));

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Takes one request on; {@link #leave} must follow.
   *
   * @throws Problem 429 if there are too many; then nothing is taken
   */
  public void enter() {
    int now = requests.incrementAndGet();
    if (now > MAX_REQUESTS) {
      leave();
      throw new Problem(
          Code.OVERLOADED, "this node is answering " + MAX_REQUESTS + " requests already");
    }
  }

  /** A request has been answered. */
  public void leave() {
    requests.decrementAndGet();
  }

  /**
   * Takes body bytes on; {@link #release} must follow.
   *
   * @throws Problem 429 if there are too many; then nothing is taken
   */
  public void reserve(long more) {
    if (bytes.addAndGet(more) > MAX_BODY_BYTES) {
      bytes.addAndGet(-more);
      throw new Problem(
          Code.OVERLOADED,
          "this node is holding " + MAX_BODY_BYTES + " bytes of requests and answers already");
    }
  }

  /** Body bytes are no longer held. */
  public void release(long fewer) {
    bytes.addAndGet(-fewer);
  }

  /** Requests being answered now. */
  public int requests() {
    return requests.get();
  }

  /** Body bytes held now. */
  public long bodyBytes() {
    return bytes.get();
  }
}
