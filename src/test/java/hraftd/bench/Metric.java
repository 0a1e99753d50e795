package hraftd.bench;

import java.util.Locale;

/** What is told of every measurement. */
enum Metric {
  OPS("ops/s", "%,.0f"),
  P50("p50 ms", "%.2f"),
  P90("p90 ms", "%.2f"),
  P99("p99 ms", "%.2f"),
  MAX("max ms", "%.1f"),
  ERRORS("errors", "%,.0f"),
  CPU("CPU s per 1,000", "%.3f"),
  /** What the disk itself took; the machine must do nothing else meanwhile. */
  DISK("disk B per op", "%,.0f"),
  /** What the kernel put down to the processes: some count a large page for each byte in it. */
  DIRTIED("dirtied B per op", "%,.0f"),
  MEMORY("memory MiB", "%,.0f");

  private final String title;
  private final String format;

  Metric(String title, String format) {
    this.title = title;
    this.format = format;
  }

  String title() {
    return title;
  }

  String text(double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
