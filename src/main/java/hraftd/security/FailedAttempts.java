package hraftd.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts wrong credentials by the address they come from, so that nobody can try very many.
 * Thread-safe; costs nothing while there are none.
 */
public final class FailedAttempts {

  /** So many in a second, and further wrong ones are not looked into until it is over. */
  public static final int MAX_A_SECOND = 10;

  /** Addresses that are remembered; with more the oldest is forgotten. */
  static final int MAX_ADDRESSES = 10_000;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Wrong ones since a moment. */
  private static final class Count {
    private long since;
    private int failures;
  }

  private final LongSupplier nanoClock;

  private final Map<String, Count> counts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
          return size() > MAX_ADDRESSES;
        }
      };

  private volatile boolean isAny;

  /** None yet. */
  public FailedAttempts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** True if too many wrong ones have come from there in this second. */
  public boolean isTooMany(String address) {
    if (!isAny) {
      return false;
    }
    synchronized (counts) {
      Count count = counts.get(address);
      return count != null
          && count.failures >= MAX_A_SECOND
          && nanoClock.getAsLong() - count.since < SECOND;
    }
  }

  /** One more. */
  public void add(String address) {
    synchronized (counts) {
      isAny = true;
      long now = nanoClock.getAsLong();
      Count count = counts.computeIfAbsent(address, a -> new Count());
      if (count.failures == 0 || now - count.since >= SECOND) {
        count.since = now;
        count.failures = 0;
      }
      count.failures++;
    }
  }
}
