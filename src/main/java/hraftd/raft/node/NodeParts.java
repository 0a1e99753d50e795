package hraftd.raft.node;

import hraftd.raft.RaftSettings;
import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.Timing;
import hraftd.raft.log.LogOptions;
import hraftd.raft.net.PeerTransport;
import hraftd.raft.net.PortSecurity;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Makes what a node consists of below its loop; tests that need faulty disks make others.
 * Stateless.
 */
class NodeParts {

  private final PortSecurity security;

  /** Nodes that ask nothing of each other. */
  NodeParts() {
    this(PortSecurity.NONE);
  }

  /** Nodes that ask this of each other. */
  NodeParts(PortSecurity security) {
    this.security = security;
  }

  /** Makes the way to the peers, which is not open yet. */
  PeerTransport transport(RaftSettings settings) {
    return new PeerTransport(settings.self(), settings.clusterId(), settings.bind(), security);
  }

  /**
   * Opens the stores of these settings.
   *
   * @param synced see {@link hraftd.raft.core.RaftLog#sync}
   * @param fatal is told the first failed write or fsync
   * @throws IOException as {@link Stores#open}
   */
  Stores stores(RaftSettings settings, Runnable synced, Consumer<Throwable> fatal)
      throws IOException {
    return settings.directory() == null
        ? Stores.inMemory(synced)
        : Stores.open(settings.directory(), LogOptions.of(settings), synced, fatal);
  }

  /** Makes Raft, on the Raft thread. */
  Raft raft(RaftSettings settings, Stores stores, RaftHost host) {
    return raft(settings, stores.raftLog(), stores, host);
  }

  /** The same with this log in place of the stores'. */
  static Raft raft(RaftSettings settings, RaftLog log, Stores stores, RaftHost host) {
    SecureRandom seed = new SecureRandom();
    Timing timing =
        new Timing(settings.electionTimeout().toNanos(), settings.heartbeat().toNanos());
    return new Raft(
        settings.self(),
        settings.initial(),
        /* origin= */ seed.nextLong() | 1,
        timing,
        log,
        stores.terms(),
        stores.snapshots(),
        host,
        new Random(seed.nextLong()));
  }
}
