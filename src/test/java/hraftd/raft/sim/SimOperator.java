package hraftd.raft.sim;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whoever watches a simulated cluster and does something to it: carries out commands when their
 * time has come. One that cannot be carried out, as nobody leads or there is no such node, changes
 * nothing.
 */
final class SimOperator {

  private final SimCluster cluster;
  private final SimNetwork network;
  private final SimLines lines;
  private int writes;

  /** Their time has come, and what they wait for has not. */
  private final List<SimCommand> waiting = new ArrayList<>();

  /** Who commands this cluster: one that was made for it. */
  SimOperator(SimCluster cluster) {
    this.cluster = cluster;
    network = cluster.network;
    lines = (SimLines) network.wire;
  }

  /** Starts all nodes, and does what is commanded later; at the same time in this order. */
  void begin(List<SimCommand> commands) {
    for (SimCommand command : commands) {
      cluster.after(command.at(), () -> itIsTime(command));
    }
    cluster.nodes.values().forEach(SimNode::start);
  }

  private void itIsTime(SimCommand command) {
    if (command.when() == null) {
      cluster.checking(() -> carryOut(command));
    } else {
      waiting.add(command);
    }
  }

  /** True if it wants to see events. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Something happens that a command may have waited for; it is carried out behind that. */
  void sees(JsonNode event) {
    for (SimCommand command : List.copyOf(waiting)) {
      if (command.waitsFor(event)) {
        waiting.remove(command);
        cluster.after(0, () -> cluster.checking(() -> carryOut(command)));
      }
    }
  }

  private void carryOut(SimCommand c) {
    SimNode node = find(c.node());
    SimNode other = find(c.other());
    switch (c.verb()) {
      case ADD -> cluster.join(/* voter= */ true);
      case REMOVE -> {
        SimNode leader = leader();
        if (leader != null && node != null) {
          leader.requests.remove(node.id.id());
        }
      }
      case TRANSFER -> {
        SimNode leader = leader();
        if (leader != null && node != null && leader != node) {
          leader.requests.handOver(node.id.id());
        }
      }
      case CUT, MEND, SLOW -> {
        if (node != null && other != null) {
          link(c, node.id, other.id);
          if (!c.oneWay()) {
            link(c, other.id, node.id);
          }
        }
      }
      case DROP, DELAY -> message(c);
      default -> {
        if (node != null) {
          carryOut(c, node);
        }
      }
    }
  }

  private void carryOut(SimCommand c, SimNode node) {
    switch (c.verb()) {
      case CRASH -> {
        if (node.up()) {
          node.crash(SimStorage.Remains.WRITTEN);
          cluster.othersNotice(node.id);
        }
      }
      case POWER_OFF -> {
        if (node.up()) {
          node.crash(SimStorage.Remains.SYNCED);
        }
      }
      case START -> node.start();
      case FREEZE -> node.pause(true);
      case THAW -> node.pause(false);
      case SLOW_DISK -> {
        node.slowDisk(c.nanos());
        tell(node, "slow", "the disk of " + node.id.id() + " is slow", millis(c));
      }
      case WRITE -> {
        if (node.takesRequests()) {
          long began = cluster.invariants.began();
          node.requests.write(new SimWrite("w" + ++writes, began, false, false));
        }
      }
      case READ -> {
        if (node.takesRequests()) {
          node.requests.read();
        }
      }
      default -> throw new IllegalArgumentException("not of one node: " + c.verb());
    }
  }

  private void link(SimCommand c, NodeId from, NodeId to) {
    SimNode told = cluster.node(from);
    String way = " from " + from.id() + " to " + to.id();
    Map<String, Object> details = new TreeMap<>(Map.of("other", to.id()));
    details.putAll(c.kind().isEmpty() ? Map.of() : Map.of("what", c.kind()));
    String what = c.kind().isEmpty() ? "messages" : "messages of the kind " + c.kind();
    switch (c.verb()) {
      case CUT -> {
        if (c.kind().isEmpty()) {
          network.cut(from, to);
        } else {
          lines.lose(from, to, c.kind(), true);
          tell(told, "cut", what + " get lost" + way, details);
        }
      }
      case MEND -> {
        if (c.kind().isEmpty()) {
          network.mend(from, to);
          lines.mend(from, to);
        } else {
          lines.lose(from, to, c.kind(), false);
          tell(told, "mended", what + " get through" + way, details);
        }
      }
      default -> {
        lines.slow(from, to, c.nanos());
        details.putAll(millis(c));
        tell(told, "slow", "messages are slow" + way, details);
      }
    }
  }

  private void message(SimCommand c) {
    if (c.verb() == SimCommand.Verb.DROP) {
      Message dropped = lines.drop(m -> isMeant(c, m));
      if (dropped != null) {
        cluster.witness.dropped(dropped, "dropped");
      }
    } else {
      lines.delay(m -> isMeant(c, m), c.nanos());
    }
  }

  private boolean isMeant(SimCommand c, Message m) {
    SimNode from = find(c.node());
    SimNode to = find(c.other());
    return from != null
        && m.from().equals(from.id)
        && (to == null || m.to().equals(to.id))
        && SimRecorder.mark(m).equals(c.mark());
  }

  private static Map<String, Object> millis(SimCommand c) {
    return Map.of("millis", c.nanos() / SimCluster.MILLI);
  }

  private void tell(SimNode node, String kind, String text, Map<String, Object> details) {
    cluster.witness.happened(new SimMoment(node.id, kind, text, details));
  }

  /** The node that is named so; null if there is none now. */
  private @Nullable SimNode find(String name) {
    SimNode leader = leader();
    return switch (name) {
      case SimCommand.LEADER -> leader;
      case SimCommand.FOLLOWER ->
          cluster.nodes.values().stream()
              .filter(n -> n != leader && n.running() && isVoter(n))
              .findFirst()
              .orElse(null);
      default ->
          cluster.nodes.values().stream()
              .filter(n -> n.id.id().equals(name))
              .findFirst()
              .orElse(null);
    };
  }

  private static boolean isVoter(SimNode node) {
    return node.raft().membership().isVoter(node.id);
  }

  /** Who leads in the newest term; null if nobody does. */
  private @Nullable SimNode leader() {
    Optional<SimNode> newest =
        cluster.nodes.values().stream()
            .filter(n -> n.up() && n.raft().leads())
            .max(Comparator.comparingLong(n -> n.raft().term()));
    return newest.orElse(null);
  }
}
