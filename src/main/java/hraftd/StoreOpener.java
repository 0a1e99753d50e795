package hraftd;

import hraftd.cluster.ClusterException;
import hraftd.cluster.ConsensusFactory;
import hraftd.cluster.Identity;
import hraftd.http.api.Store;
import hraftd.http.api.WriteAudit;
import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftSettings;
import hraftd.text.Printable;
import hraftd.watch.History;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts consensus when this node becomes a member, or was one, and puts the store on it. Any
 * thread may ask for the store; the rest is for whoever starts and stops the node.
 */
final class StoreOpener implements ConsensusFactory {

  private final ConsensusEngine engine;
  private final Tuning tuning;
  private final Identity identity;
  private final BooleanSupplier heapFull;
  private final NodeEvents events;
  private final KvState state;
  private final History history;
  private final RaftPort raft;
  private final WriteAudit audit;
  private volatile String servedBy;
  private volatile @Nullable Store store;

  /**
   * Opens nothing yet.
   *
   * @param raft where to listen for peers; given up when consensus listens there
   * @param events what consensus tells
   * @param audit of what is written
   * @param name what the node is called until it is a member
   */
  StoreOpener(
      ConsensusEngine engine,
      Tuning tuning,
      Identity identity,
      BooleanSupplier heapFull,
      NodeEvents events,
      KvState state,
      History history,
      RaftPort raft,
      WriteAudit audit,
      String name) {
    this.engine = engine;
    this.tuning = tuning;
    this.identity = identity;
    this.heapFull = heapFull;
    this.events = events;
    this.state = state;
    this.history = history;
    this.raft = raft;
    this.audit = audit;
    this.servedBy = name;
  }

  @Override
  public Consensus open(NodeId self, String clusterId, Membership initial, boolean campaign)
      throws IOException {
    Consensus consensus =
        open(
            tuning.settings(
                self,
                clusterId,
                raft.address(),
                initial,
                identity.raftDirectory(),
                campaign,
                heapFull,
                events.meter(),
                events.observer(self, clusterId)));
    Store opened = new Store(consensus, state, history, clusterId, audit, events.traffic());
    var unused = consensus.terminated().whenComplete((nothing, failure) -> opened.close());
    // It stands in a header, and an earlier version may have let anything in.
    servedBy = Printable.cut(self.id(), MemberId.MAX_KNOWN_CHARACTERS);
    events.watchers(() -> opened.watchers().count());
    store = opened;
    return consensus;
  }

  private Consensus open(RaftSettings settings) throws IOException {
    raft.release();
    boolean started = false;
    try {
      Consensus consensus = engine.open(settings, state);
      started = true;
      return consensus;
    } finally {
      if (!started) {
        raft.takeAgain();
      }
    }
  }

  @Override
  public void begin(Path directory) throws IOException {
    engine.begin(directory);
  }

  @Override
  public void require(Path directory) throws IOException {
    engine.require(directory);
  }

  /** Who answers, as a header says it. */
  String servedBy() {
    return servedBy;
  }

  /**
   * The store on this consensus.
   *
   * @throws ClusterException if it is not there yet
   */
  Store store(Consensus running) {
    Store opened = store;
    if (opened != null && opened.consensus() == running) {
      return opened;
    }
    throw new ClusterException(ClusterException.Kind.STARTING, "this node is starting");
  }

  /** Tells those who wait for changes that there will be none. */
  void closeStore() {
    Store opened = store;
    if (opened != null) {
      opened.close();
    }
  }
}
