package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.sim.SimLog;
import hraftd.raft.sim.SimStores;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Some nodes and a network that does what a script says: messages arrive at once and in order, but
 * only between nodes that are together. Time passes when the script lets it.
 */
final class ScriptedGroup {

  private static final long STEP = 10 * ScriptedRaft.MILLI;

  private final Map<NodeId, ScriptedRaft> nodes = new HashMap<>();
  private final Queue<Message> network = new ArrayDeque<>();
  private Set<NodeId> together = Set.of();
  private Predicate<Message> lost = m -> false;
  private long now;

  /** Starts a node that knows of these members. */
  ScriptedRaft start(NodeId id, Membership members) {
    SimLog log = new SimLog(1000, e -> {});
    SimStores stores = new SimStores();
    int share = 10 + 10 * nodes.size();
    ScriptedRaft node =
        new ScriptedRaft(id, members, share, log, stores, stores, () -> now, network::add);
    nodes.put(id, node);
    return node;
  }

  /** From now on these reach each other, and nobody else does anything. */
  void together(NodeId... ids) {
    together = new HashSet<>(List.of(ids));
    network.clear();
  }

  /** From now on such messages are lost. */
  void lose(Predicate<Message> which) {
    lost = which;
  }

  /** Lets time pass for those who are together. */
  void pass(long millis) {
    for (long end = now + millis * ScriptedRaft.MILLI; now < end; now += STEP) {
      settle();
    }
  }

  /** Delivers until there is nothing more to say. */
  void settle() {
    together.forEach(id -> node(id).endOfBatch());
    while (!network.isEmpty()) {
      Message m = network.remove();
      if (together.contains(m.from()) && together.contains(m.to()) && !lost.test(m)) {
        node(m.to()).raft.receive(m);
        node(m.to()).endOfBatch();
      }
    }
  }

  /** This one campaigns until it leads. */
  void elect(NodeId id) {
    for (int tries = 0; tries < 100 && !node(id).raft.leads(); tries++) {
      if (!(node(id).raft.role() instanceof Candidate)) {
        node(id).raft.campaign();
      }
      pass(20);
    }
    assertTrue(node(id).raft.leads(), id + " does not lead");
  }

  ScriptedRaft node(NodeId id) {
    ScriptedRaft node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no node " + id);
    }
    return node;
  }

  /** A client asks a node to change the members. */
  MembershipChange add(NodeId at, NodeId added) {
    return node(at)
        .take(MembershipChange.add(ScriptedRaft.member(added), now, now + ScriptedRaft.DEADLINE));
  }

  /** The same for a removal. */
  MembershipChange remove(NodeId at, NodeId removed) {
    return node(at).take(MembershipChange.remove(removed.id(), now, now + ScriptedRaft.DEADLINE));
  }

  LeadershipTransfer transfer(NodeId at, NodeId to) {
    return node(at).take(new LeadershipTransfer(to.id(), now, now + ScriptedRaft.DEADLINE));
  }
}
