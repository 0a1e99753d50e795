package hraftd.security;

import java.time.Clock;
import java.time.Instant;

/**
 * The host's clock, for what people have said with a date: until when a token or a certificate is
 * worth something, and when somebody did what. The one place that asks for it, as nothing that
 * consensus rests on may go by it.
 */
public final class WallClock {

  private WallClock() {}

  /** Milliseconds since 1970. */
  public static long millis() {
    return now().toEpochMilli();
  }

  /** The clock itself. */
  public static Clock clock() {
    return Clock.systemUTC();
  }

  /** Now. */
  public static Instant now() {
    return clock().instant();
  }
}
