package hraftd.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a generator of load counted.
 *
 * @param requests answered ones
 * @param time in which they were answered
 * @param errors answers that were none: HTTP errors, broken connections, no answer in time
 */
record Tally(
    long requests,
    Duration time,
    Duration p50,
    Duration p90,
    Duration p99,
    Duration max,
    long errors) {

  private static final Pattern LINE = Pattern.compile("(?m)^BENCH (.*)$");
  private static final Pattern FIELD = Pattern.compile("([a-z0-9]+)=(-?\\d+)");
  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");

  /**
   * Reads the line that load.lua prints.
   *
   * @param leastBytes of a right answer: shorter ones on average mean that something was missing
   * @throws IllegalArgumentException if there is no such line
   */
  static Tally ofWrk(String output, int leastBytes) {
    Matcher line = LINE.matcher(output);
    if (!line.find()) {
      throw new IllegalArgumentException("wrk said nothing that can be read: " + output.strip());
    }
    Map<String, Long> fields = new HashMap<>();
    Matcher field = FIELD.matcher(line.group(1));
    while (field.find()) {
      fields.put(field.group(1), Long.parseLong(field.group(2)));
    }
    long requests = number(fields, "requests");
    long errors = 0;
    for (String kind : new String[] {"status", "connect", "read", "write", "timeout"}) {
      errors += number(fields, kind);
    }
    boolean tooShort = number(fields, "bytes") < requests * leastBytes;
    return new Tally(
        requests,
        micros(number(fields, "micros")),
        micros(number(fields, "p50")),
        micros(number(fields, "p90")),
        micros(number(fields, "p99")),
        micros(number(fields, "max")),
        tooShort ? Math.max(errors, requests) : errors);
  }

  /**
   * Reads the two lines of {@code redis-benchmark --csv} and gives what took the time.
   *
   * @param requests that it was told to make
   */
  static Tally ofRedis(String output, long requests) {
    Map<String, Double> fields = new HashMap<>();
    String[] lines = output.strip().split("\\R");
    if (lines.length >= 2) {
      Matcher head = QUOTED.matcher(lines[lines.length - 2]);
      Matcher row = QUOTED.matcher(lines[lines.length - 1]);
      while (head.find() && row.find()) {
        if (row.group(1).matches("[0-9.]+")) {
          fields.put(head.group(1), Double.parseDouble(row.group(1)));
        }
      }
    }
    Double rate = fields.get("rps");
    if (rate == null || rate <= 0) {
      throw new IllegalArgumentException(
          "redis-benchmark said nothing that can be read: " + output);
    }
    return new Tally(
        requests,
        millis(requests / rate * 1000),
        millis(fields.getOrDefault("p50_latency_ms", 0.0)),
        // It does not tell the 90th.
        millis(fields.getOrDefault("p95_latency_ms", 0.0)),
        millis(fields.getOrDefault("p99_latency_ms", 0.0)),
        millis(fields.getOrDefault("max_latency_ms", 0.0)),
        0);
  }

  Tally withError() {
    return new Tally(requests, time, p50, p90, p99, max, errors + 1);
  }

  /**
   * Itself, if it says something about the system under load.
   *
   * @throws Failed if half of the answers or more were none: their rate is that of refusals
   */
  Tally unlessMostlyErrors(String what) {
    if (2 * errors >= Math.max(1, requests)) {
      throw new Failed(what + ": " + errors + " errors, " + requests + " answers in all");
    }
    return this;
  }

  private static long number(Map<String, Long> fields, String name) {
    Long value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("wrk did not say " + name);
    }
    return value;
  }

  private static Duration micros(long micros) {
    return Duration.ofNanos(micros * 1000);
  }

  private static Duration millis(double millis) {
    return Duration.ofNanos(Math.round(millis * 1e6));
  }
}
