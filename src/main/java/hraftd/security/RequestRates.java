package hraftd.security;

import hraftd.kv.Token;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many requests the holders of tokens send, against the limits of those tokens, on this node.
 * What was not used is saved for a second: a burst of that many is let through. Thread-safe.
 */
public final class RequestRates {

  /** What is left of a token's requests, as of a moment. */
  private static final class Left {
    private double requests;
    private long at;
  }

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanoClock;

  /** So many names are remembered; then all are forgotten, which gives each a second's requests. */
  static final int MAX_NAMES = 10_000;

  private final Map<String, Left> left = new ConcurrentHashMap<>();

  /** Nobody has asked yet. */
  public RequestRates(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Counts a request; false if it is one too many. */
  public boolean take(Token token) {
    long limit = token.limits().requestsPerSecond();
    if (limit == 0) {
      return true;
    }
    if (left.size() >= MAX_NAMES) {
      left.clear();
    }
    Left own = left.computeIfAbsent(token.name(), name -> full(limit));
    synchronized (own) {
      long now = nanoClock.getAsLong();
      own.requests = Math.min((double) limit, own.requests + (now - own.at) / NANOS * limit);
      own.at = now;
      if (own.requests < 1) {
        return false;
      }
      own.requests--;
      return true;
    }
  }

  private Left full(long limit) {
    Left full = new Left();
    full.requests = limit;
    full.at = nanoClock.getAsLong();
    return full;
  }
}
