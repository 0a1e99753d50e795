package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import java.util.List;

/**
 * How fast the nodes of a run are, and how patient their clients: each draws its own from these
 * choices. Times are in nanoseconds unless something else is said.
 *
 * @param latencies how long a Raft thread takes at most until it looks at what has come
 * @param clockRates how fast clocks run, of a thousand
 * @param minSync what an fsync takes at least
 * @param snapshotBytes of log after which a snapshot is taken
 * @param snapshotMillis after which one is taken if anything was applied since the last
 * @param keptEntries entries that stay in the log behind a snapshot
 * @param keptBytes what these may take
 * @param writeMillis how long a client waits for its write
 * @param readMillis how long a client waits for its read
 */
record SimPace(
    List<Long> latencies,
    List<Long> clockRates,
    long minSync,
    List<Long> snapshotBytes,
    List<Long> snapshotMillis,
    List<Long> keptEntries,
    List<Long> keptBytes,
    List<Long> writeMillis,
    List<Long> readMillis) {

  /** Whatever may be. */
  static final SimPace ANY =
      new SimPace(
          List.of(1L, MILLI, 3 * MILLI, 20 * MILLI),
          List.of(SimClock.PER_MILLE, SimClock.PER_MILLE, 970L, SimClock.FASTEST),
          /* minSync= */ 0,
          List.of(1000L, 6000L, 20_000L),
          List.of(100L, 700L, 5000L),
          List.of(0L, 10L, 40L),
          List.of(0L, 500L, 10_000L),
          List.of(150L, 600L, 3000L),
          List.of(100L, 2000L));

  /** What people can follow: an fsync takes its time, and a snapshot is taken now and then. */
  static final SimPace SEEN =
      new SimPace(
          List.of(MILLI / 5),
          List.of(SimClock.PER_MILLE),
          /* minSync= */ 3 * MILLI,
          List.of(1500L),
          List.of(60_000L),
          List.of(4L),
          List.of(10_000L),
          List.of(3000L),
          List.of(2000L));
}
