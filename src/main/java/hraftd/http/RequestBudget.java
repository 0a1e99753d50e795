package hraftd.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Bodies up to here find room when long ones have taken the rest. */
  static final long SMALL_BYTES = 16 << 10;

  /** What is left for small ones. */
  static final long RESERVE_BYTES = MAX_BODY_BYTES / 8;

  /** So much may one address hold in longer ones. Behind a proxy all clients are one address. */
  static final long ADDRESS_BYTES = MAX_BODY_BYTES / 2;

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** Of those that hold any beyond what is small; the rest need no book. */
  private final Map<InetAddress, Long> byAddress = new ConcurrentHashMap<>();

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
   * Takes body bytes on for a request; {@link #release} must follow, with all of them.
   *
   * @param client who sends them
   * @param held what was taken on for the same request before
   * @throws Problem 429 if there are too many; then nothing is taken
   */
  public void reserve(SocketAddress client, long held, long more) {
    boolean small = held + more <= SMALL_BYTES;
    long limit = small ? MAX_BODY_BYTES : MAX_BODY_BYTES - RESERVE_BYTES;
    if (bytes.addAndGet(more) > limit) {
      bytes.addAndGet(-more);
      throw new Problem(
          Code.OVERLOADED,
          "this node is holding " + limit + " bytes of requests and answers already");
    }
    long charge = charged(held + more) - charged(held);
    if (charge != 0 && charge(client, charge) > ADDRESS_BYTES) {
      charge(client, -charge);
      bytes.addAndGet(-more);
      throw new Problem(
          Code.OVERLOADED,
          "this node is holding " + ADDRESS_BYTES + " bytes of requests of this address already");
    }
  }

  /** Body bytes of a request are no longer held: all that were taken on for it. */
  public void release(SocketAddress client, long held) {
    bytes.addAndGet(-held);
    if (charged(held) != 0) {
      charge(client, -charged(held));
    }
  }

  private static long charged(long held) {
    return held > SMALL_BYTES ? held : 0;
  }

  /** What the address holds then; 0 for a client that has none. */
  private long charge(SocketAddress client, long more) {
    if (!(client instanceof InetSocketAddress internet) || internet.getAddress() == null) {
      return 0;
    }
    Long now =
        byAddress.merge(
            internet.getAddress(), more, (had, change) -> had + change == 0 ? null : had + change);
    return now == null ? 0 : now;
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
