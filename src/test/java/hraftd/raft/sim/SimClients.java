package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

/** Who writes and reads all the while, at any node that takes requests. */
final class SimClients {

  /** How long it is between two requests at most, in nanoseconds, where nobody says otherwise. */
  static final long USUAL = 20 * MILLI;

  private final SimCluster cluster;
  private long every;
  private int writes;
  private int reads;

  /** Of this cluster; they do not ask for anything yet. */
  SimClients(SimCluster cluster) {
    this.cluster = cluster;
  }

  /** They begin; none asks sooner than the one before, and at most so much later. */
  void start(long mostBetween) {
    every = mostBetween;
    cluster.after(MILLI, this::ask);
  }

  private void ask() {
    SimNode n = cluster.pick();
    if (n.takesRequests()) {
      if (cluster.random.nextInt(3) > 0) {
        writes++;
        n.requests.write(
            new SimWrite(
                "w" + writes, cluster.invariants.began(), /* once= */ writes % 2 == 0, false));
      } else {
        n.requests.read();
      }
    }
    cluster.after(cluster.random.nextLong(every), this::ask);
  }

  /** One that does not know what has become of its write tries again, if that is harmless. */
  void tryAgain(SimWrite write) {
    if (write.once()) {
      cluster.after(
          cluster.random.nextLong(300 * MILLI),
          () -> {
            SimNode n = cluster.pick();
            if (n.takesRequests()) {
              n.requests.write(write.repeated());
            }
          });
    }
  }

  /** The name of the next read. */
  String nextRead() {
    return "r" + ++reads;
  }
}
