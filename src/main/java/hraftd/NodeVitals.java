package hraftd;

import hraftd.events.RecentTimes;
import hraftd.events.TimelineMoment;
import hraftd.events.Traffic;
import hraftd.events.Vitals;
import hraftd.kv.CopyComparison;
import hraftd.kv.state.KvState;
import hraftd.raft.disk.LocalDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one node and its clients fare, from what is counted anyway. Whoever makes pictures calls it,
 * on one thread at a time; only {@link #refresh} may take longer, and has a thread of its own.
 */
final class NodeVitals implements Vitals {

  private static final double NANOS_IN_A_SECOND = 1e9;

  /** How often the disk is asked how much is free. */
  private static final long DISK_PAUSE_NANOS = 2_000_000_000L;

  /** Answers with 5xx within so long are told as one moment. */
  private static final long ERRORS_PAUSE_NANOS = 1_000_000_000L;

  private static final double[] NO_TIMES = {Double.NaN, Double.NaN};

  /** What was counted at some moment. */
  private record Counts(
      long nanoTime,
      long writes,
      long reads,
      long stale,
      long fsyncs,
      long lastIndex,
      long errors) {}

  private final String version;
  private final @Nullable Path directory;
  private final KvState state;
  private final RecentTimes fsyncs;
  private final Traffic traffic;
  private final LongSupplier watchers;
  private final LongSupplier errors;
  private final LongSupplier nanoTime;
  private @Nullable Counts last;
  private long toldErrors;
  private long errorsToldAt;
  private volatile long diskFree = -1;
  private volatile long diskAskedAt;

  /**
   * Of a node.
   *
   * @param directory null: it has no disk
   * @param watchers how many there are
   * @param errors how many answers with 5xx there were
   * @param nanoTime {@link System#nanoTime}
   */
  NodeVitals(
      String version,
      @Nullable Path directory,
      KvState state,
      RecentTimes fsyncs,
      Traffic traffic,
      LongSupplier watchers,
      LongSupplier errors,
      LongSupplier nanoTime) {
    this.version = version;
    this.directory = directory;
    this.state = state;
    this.fsyncs = fsyncs;
    this.traffic = traffic;
    this.watchers = watchers;
    this.errors = errors;
    this.nanoTime = nanoTime;
    errorsToldAt = nanoTime.getAsLong();
    diskAskedAt = errorsToldAt - DISK_PAUSE_NANOS;
  }

  @Override
  public void refresh() {
    long now = nanoTime.getAsLong();
    if (directory != null && now - diskAskedAt >= DISK_PAUSE_NANOS) {
      diskAskedAt = now;
      long free = LocalDirectory.usableSpace(directory);
      diskFree = free == Long.MAX_VALUE ? -1 : free;
    }
  }

  @Override
  public List<TimelineMoment> moments() {
    long now = nanoTime.getAsLong();
    long count = errors.getAsLong() - toldErrors;
    if (count == 0 || now - errorsToldAt < ERRORS_PAUSE_NANOS) {
      return List.of();
    }
    toldErrors += count;
    errorsToldAt = now;
    String text = count == 1 ? "one request was" : count + " requests were";
    return List.of(TimelineMoment.of("errors", text + " answered with 5xx").counted(count));
  }

  @Override
  public Health health() {
    Runtime runtime = Runtime.getRuntime();
    double[] times = fsyncs.percentiles(0.5, 0.99);
    return new Health(
        version,
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory(),
        diskFree,
        times[0],
        times[1]);
  }

  @Override
  public @Nullable Rates rates(long lastIndex) {
    Counts now =
        new Counts(
            nanoTime.getAsLong(),
            traffic.writes().count(),
            traffic.reads(),
            traffic.stale(),
            fsyncs.count(),
            lastIndex,
            errors.getAsLong());
    Counts before = last;
    last = now;
    if (before == null || now.nanoTime <= before.nanoTime) {
      return null;
    }
    double seconds = (now.nanoTime - before.nanoTime) / NANOS_IN_A_SECOND;
    long synced = now.fsyncs - before.fsyncs;
    long entries = Math.max(0, now.lastIndex - before.lastIndex);
    long written = now.writes - before.writes;
    double[] times = written == 0 ? NO_TIMES : traffic.writes().percentiles(0.5, 0.99);
    return new Rates(
        written / seconds,
        (now.reads - before.reads) / seconds,
        (now.stale - before.stale) / seconds,
        watchers.getAsLong(),
        synced / seconds,
        synced == 0 ? Double.NaN : (double) entries / synced,
        times[0],
        times[1],
        (now.errors - before.errors) / seconds);
  }

  @Override
  public @Nullable CopyHash hash() {
    CopyComparison newest = state.view().comparison();
    return newest == null
        ? null
        : new CopyHash(
            newest.own().revision(),
            newest.own().hash().toString(),
            "%016x".formatted(newest.id()));
  }
}
