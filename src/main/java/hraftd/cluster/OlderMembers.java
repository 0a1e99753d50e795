package hraftd.cluster;

import hraftd.kv.KvView;
import hraftd.raft.Consensus;
import hraftd.raft.NodeId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once of each member of an older version why its leader sends it nothing: the store has
 * tokens, and a node that does not know them would forget who may do what.
 *
 * <p>Run every {@link #INTERVAL} on one thread; never blocks.
 */
final class OlderMembers implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(OlderMembers.class);

  /** Whoever waits for a join to end should read it meanwhile. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private final LocalNode local;
  private final Supplier<KvView> store;
  private final Set<NodeId> told = new HashSet<>();

  OlderMembers(LocalNode local, Supplier<KvView> store) {
    this.local = local;
    this.store = store;
  }

  @Override
  public void run() {
    for (NodeId node : newlyWaiting()) {
      LOG.warn(
          "member {} is of an older version, which does not know tokens, and the store has some:"
              + " it is sent nothing more. Upgrade it, or remove it",
          node.id());
    }
  }

  /** Those that wait since the last time that this was asked. */
  List<NodeId> newlyWaiting() {
    Consensus consensus = local.consensusOrNull();
    List<NodeId> waiting =
        consensus == null || store.get().tokens().isEmpty()
            ? List.of()
            : consensus.status().peers().stream()
                .filter(peer -> peer.said() != null && !peer.said().knowsTokens())
                .map(peer -> peer.member().node())
                .toList();
    told.retainAll(waiting);
    return waiting.stream().filter(told::add).toList();
  }
}
