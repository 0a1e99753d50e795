package hraftd.http;

import java.time.Duration;

/**
 * How slowly a client may send a body or take an answer: after a while, at least so many bytes a
 * second on average. Whoever is slower holds memory or a place that others wait for.
 *
 * @param grace so long any rate will do: a beginning is slow, and a network has bad moments
 * @param bytesPerSecond the least
 */
record LeastRate(Duration grace, long bytesPerSecond) {

  /** Of request bodies: the largest takes half an hour at this rate, and most a few seconds. */
  static final LeastRate OF_BODIES = new LeastRate(Duration.ofSeconds(10), 4 << 10);

  /** Of answers for which there are few places: a slow mobile network is several times faster. */
  static final LeastRate OF_BACKUPS = new LeastRate(Duration.ofSeconds(30), 16 << 10);

  private static final double NANOS_PER_SECOND = 1e9;

  /** True if so many bytes in so much time, in nanoseconds, are too few. */
  boolean isMissed(long bytes, long nanos) {
    return nanos > grace.toNanos() && bytes < bytesPerSecond * (nanos / NANOS_PER_SECOND);
  }

  /** 408: what a body is refused with that misses it. */
  Problem tooSlow() {
    return new Problem(
        Code.SLOW_BODY,
        "the body comes too slowly: it may not pause for "
            + grace.toSeconds()
            + " s, and after that it has to be "
            + bytesPerSecond
            + " bytes a second on average");
  }
}
