package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds the nodes of a run, and how fast it is. Times are in nanoseconds.
 *
 * @param start what the simulation's clock shows at its beginning
 * @param size how many nodes there are at first
 * @param files true if the nodes keep what they keep in real files, on disks that lose what disks
 *     may lose
 * @param mix which faults happen, if any do
 * @param maxDelay what a message takes at most, but for those that are very late
 * @param wire how messages are carried
 * @param faultsEvery how long it is between two faults at most
 * @param maxDowntime how long a process that has crashed is away at most
 * @param maxSync how long an fsync takes at most
 * @param maxEntries how many entries fit into a message
 * @param pieceBytes how much of a snapshot fits into a message
 * @param segmentBytes how long a file of the log is, where there are files
 * @param pace how fast the nodes are
 * @param chance false if only what is commanded happens
 */
record SimSettings(
    long start,
    int size,
    boolean files,
    FaultMix mix,
    long maxDelay,
    Wire wire,
    long faultsEvery,
    long maxDowntime,
    long maxSync,
    int maxEntries,
    int pieceBytes,
    int segmentBytes,
    SimPace pace,
    boolean chance) {

  /** How messages are carried. */
  sealed interface Wire permits Datagrams, Connections, Lines {}

  /**
   * One by one.
   *
   * @param lossRate how many are lost
   * @param repeatRate how many arrive twice
   * @param lateRate how many come so late that others lead by then
   */
  record Datagrams(double lossRate, double repeatRate, double lateRate) implements Wire {}

  /**
   * Over connections.
   *
   * @param maxQueue what waits for one peer at most, by number
   * @param maxInFlight what a connection holds before who writes has to wait
   */
  record Connections(int maxQueue, int maxInFlight) implements Wire {}

  /**
   * One by one, in their order, and none is lost by chance.
   *
   * @param minDelay what a message takes at least
   */
  record Lines(long minDelay) implements Wire {}

  /**
   * What a seed decides.
   *
   * @param mix which faults; null: the seed decides that too
   */
  static SimSettings ofSeed(long seed, Random random, @Nullable FaultMix mix) {
    long start = oneOf(random, 0, Long.MIN_VALUE, -5000 * MILLI, Long.MAX_VALUE - 5000 * MILLI);
    int size = List.of(1, 2, 3, 3, 3, 4, 5, 5).get(random.nextInt(8));
    FaultMix ofSeed = FaultMix.any(random);
    FaultMix chosen = mix == null ? ofSeed : mix;
    return new SimSettings(
        start,
        size,
        /* files= */ seed % 4 == 0,
        chosen,
        /* maxDelay= */ MILLI * (1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 10)),
        wire(random, chosen),
        // What takes several steps must not be disturbed by the next fault.
        /* faultsEvery= */ MILLI
            * (chosen == FaultMix.ANY ? oneOf(random, 60, 200, 400) : oneOf(random, 800, 1500)),
        /* maxDowntime= */ MILLI * oneOf(random, 20, 200, 800),
        /* maxSync= */ MILLI * oneOf(random, 2, 5, 50, 150),
        // An old entry can only be counted alone if it is sent alone.
        /* maxEntries= */ chosen == FaultMix.OLD_TERMS ? 1 : (int) oneOf(random, 1, 3, 1000),
        /* pieceBytes= */ (int) oneOf(random, 500, 2000, 100_000),
        // So small that a run begins, compacts and deletes many segments.
        /* segmentBytes= */ 4096,
        SimPace.ANY,
        /* chance= */ true);
  }

  /** The same with no nodes at first, and without files. */
  SimSettings unset() {
    return new SimSettings(
        start,
        /* size= */ 0,
        /* files= */ false,
        mix,
        maxDelay,
        wire,
        faultsEvery,
        maxDowntime,
        maxSync,
        maxEntries,
        pieceBytes,
        segmentBytes,
        pace,
        chance);
  }

  private static Wire wire(Random random, FaultMix mix) {
    if (random.nextBoolean() && mix != FaultMix.CONNECTIONS) {
      return new Datagrams(
          /* lossRate= */ random.nextBoolean() ? 0 : random.nextDouble() * 0.1,
          /* repeatRate= */ random.nextBoolean() ? 0 : random.nextDouble() * 0.1,
          /* lateRate= */ random.nextInt(3) > 0 ? 0 : random.nextDouble() * 0.02);
    }
    return new Connections((int) oneOf(random, 3, 30, 8192), (int) oneOf(random, 2, 20, 500));
  }

  /**
   * Surroundings in which nothing happens by chance but how long things take: so long that people
   * can see them.
   */
  static SimSettings commanded(int size) {
    return new SimSettings(
        /* start= */ 0,
        size,
        /* files= */ true,
        FaultMix.ANY,
        /* maxDelay= */ 9 * MILLI,
        new Lines(/* minDelay= */ 3 * MILLI),
        /* faultsEvery= */ MILLI,
        /* maxDowntime= */ MILLI,
        /* maxSync= */ 8 * MILLI,
        // Each is seen to arrive, and an old one can be alone where it is counted (figure 3.7).
        /* maxEntries= */ 1,
        /* pieceBytes= */ 500,
        /* segmentBytes= */ 1024,
        SimPace.SEEN,
        /* chance= */ false);
  }

  /** One of these choices, each as likely as the others. */
  static long oneOf(Random random, long... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
