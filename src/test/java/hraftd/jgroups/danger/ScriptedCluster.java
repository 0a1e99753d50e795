package hraftd.jgroups.danger;

import hraftd.raft.ConsensusException;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.MembershipChange;
import hraftd.raft.core.Message;
import hraftd.raft.core.Raft;
import hraftd.raft.core.ScriptedRaft;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.sim.SimLog;
import hraftd.raft.sim.SimStores;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A cluster of {@link ScriptedRaft}s in simulated time. */
final class ScriptedCluster implements DangerCluster {

  /** In elections: as patient as {@link StockCluster}. */
  private static final int AWAIT_ELECTIONS = 20;

  /** Entries in a message: one, so that a message has those of one term only. */
  private static final int MAX_ENTRIES = 1;

  /** Steps in a heartbeat: as in life, two nodes seldom find in the same one that time is up. */
  private static final int STEPS = 10;

  private final List<ScriptedRaft> nodes = new ArrayList<>();
  private final List<NodeId> ids = new ArrayList<>();
  private final List<SimStores> stores = new ArrayList<>();
  private final int[] snapshots = new int[16];
  private final Queue<Message> wire = new ArrayDeque<>();
  private final Set<Integer> side = new HashSet<>();
  private final Set<Integer> wanted = new LinkedHashSet<>();
  private final Membership initial;
  private int deaf = -1;
  private long lastTermDelivered = Long.MAX_VALUE;
  private long longestSnapshot;
  private int incarnations;
  private long now;

  ScriptedCluster(int size) {
    for (int i = 0; i < size; i++) {
      ids.add(id(i));
    }
    initial = new Membership(ids.stream().map(ScriptedRaft::member).toList());
    for (int i = 0; i < size; i++) {
      nodes.add(raft(i, initial));
    }
  }

  private NodeId id(int node) {
    return new NodeId("n" + node, ++incarnations);
  }

  private ScriptedRaft raft(int i, Membership membership) {
    SimStores own = new SimStores();
    if (i < stores.size()) {
      stores.set(i, own);
    } else {
      stores.add(own);
    }
    return new ScriptedRaft(
        ids.get(i),
        membership,
        /* share= */ 10 + 20 * i,
        new SimLog(MAX_ENTRIES, e -> {}),
        own,
        own,
        () -> now,
        this::send);
  }

  private void send(Message message) {
    if (message instanceof Message.SnapshotPiece m) {
      longestSnapshot = Math.max(longestSnapshot, m.piece().length);
    }
    wire.add(message);
  }

  private boolean reachable(int from, int to) {
    return from >= 0 && to >= 0 && to != deaf && side.contains(from) == side.contains(to);
  }

  @Override
  public void separate(int... alone) {
    heal();
    Arrays.stream(alone).forEach(side::add);
  }

  /** There is no view of a group below our Raft. */
  @Override
  public void merge(int node) {
    heal();
    settle();
  }

  @Override
  public void deafen(int node) {
    deaf = node;
  }

  @Override
  public void heal() {
    deaf = -1;
    lastTermDelivered = Long.MAX_VALUE;
    side.clear();
  }

  /** Connections to the old leader break, so that nobody waits for a timeout: no time passes. */
  @Override
  public boolean elect(int node) {
    for (int i = 0; i < nodes.size(); i++) {
      Raft raft = nodes.get(i).raft;
      NodeId leader = raft.leader();
      if (reachable(node, i) && leader != null && !raft.leads()) {
        raft.peerDown(leader);
      }
    }
    Raft candidate = nodes.get(node).raft;
    long term = candidate.term();
    if (candidate.leads()) {
      nodes.get(node).stepDown();
    }
    for (int i = 0; i < 3 && !candidate.leads(); i++) { // the first may only tell it the term
      candidate.campaign();
      settle();
    }
    return candidate.leads() && candidate.term() > term;
  }

  @Override
  public int awaitLeader(int... view) {
    for (int i = 0; i < AWAIT_ELECTIONS * 20; i++) {
      pass();
      for (int node : view) {
        // One that nobody hears may lead for a while yet.
        Raft raft = nodes.get(node).raft;
        Long heard = raft.leads() ? raft.completeAt() : null;
        if (heard != null && now - heard < ScriptedRaft.TIMING.election() / 2) {
          return node;
        }
      }
    }
    return -1;
  }

  /** What a client of a node knows. */
  private static final class Told implements Answer {
    private final CompletableFuture<?> answer;
    private String value = "";

    Told(CompletableFuture<?> answer) {
      this.answer = answer;
    }

    @Override
    public boolean succeeded() {
      return ended() && !answer.isCompletedExceptionally();
    }

    @Override
    public boolean ended() {
      return answer.isDone();
    }

    @Override
    public @Nullable Throwable failure() {
      return answer.handle((result, why) -> why).getNow(null);
    }

    @Override
    public String value() {
      return value;
    }
  }

  @Override
  public Answer write(int node, String value) {
    try {
      return new Told(nodes.get(node).write(value).answer());
    } catch (ConsensusException.Overloaded e) {
      return new Told(CompletableFuture.failedFuture(e));
    }
  }

  @Override
  public Answer read(int node) {
    ScriptedRaft reader = nodes.get(node);
    Told told = new Told(reader.read().answer());
    var unused =
        told.answer.thenRun(
            () -> {
              List<String> applied = reader.applied;
              told.value = applied.isEmpty() ? "" : applied.get(applied.size() - 1);
            });
    return told;
  }

  @Override
  public void settle() {
    nodes.forEach(ScriptedRaft::endOfBatch);
    for (Message m = wire.poll(); m != null; m = wire.poll()) {
      int to = ids.indexOf(m.to());
      if (reachable(ids.indexOf(m.from()), to) && !lost(m)) {
        nodes.get(to).raft.receive(m);
        nodes.get(to).endOfBatch();
      }
    }
  }

  private boolean lost(Message m) {
    return m instanceof Message.Append append
        && append.entries().stream().anyMatch(e -> e.term() > lastTermDelivered);
  }

  @Override
  public void loseEntriesOfNewTerms() {
    lastTermDelivered = nodes.stream().mapToLong(n -> n.raft.term()).max().orElse(0);
  }

  @Override
  public void pass() {
    for (int i = 0; i < STEPS; i++) {
      now += ScriptedRaft.TIMING.heartbeat() / STEPS;
      settle();
    }
  }

  @Override
  public void keepBusy(int leader) {
    for (int i = 0; i < 100; i++) {
      now += ScriptedRaft.TIMING.resend() / 10;
      write(leader, "busy" + i);
      settle();
    }
  }

  @Override
  public void takeSnapshot(int node) {
    Raft raft = nodes.get(node).raft;
    SnapshotStore.Meta meta =
        stores
            .get(node)
            .write(
                raft.appliedIndex(),
                raft.appliedTerm(),
                /* clock= */ 0,
                raft.configurations.at(raft.appliedIndex()),
                nodes.get(node).content());
    raft.snapshotTaken(meta, meta.index());
    snapshots[node]++;
  }

  /** Only {@link #takeSnapshot} takes any: a leader sends the one that it has. */
  @Override
  public int snapshotsTaken(int node) {
    return snapshots[node];
  }

  @Override
  public long longestSnapshotMessage() {
    return longestSnapshot;
  }

  /** Asks again also for those that an earlier leader was asked for, as clients do. */
  @Override
  public void add(int leader, int node) {
    wanted.add(node);
    for (int i : wanted) {
      nodes
          .get(leader)
          .take(
              MembershipChange.add(
                  ScriptedRaft.member(ids.get(i)), now, now + ScriptedRaft.DEADLINE));
    }
    settle();
  }

  /** Asks again and again, whoever leads then, as clients do. */
  @Override
  public void remove(int leader, int node) {
    wanted.remove(node);
    MembershipChange change = null;
    NodeId removed = ids.get(node);
    for (int i = 0; i < 400; i++) {
      int l = leader();
      if (l >= 0 && nodes.get(l).raft.membership().find(removed) == null) {
        return;
      }
      if (l >= 0 && (change == null || change.isDone())) {
        change =
            nodes
                .get(l)
                .take(MembershipChange.remove(removed.id(), now, now + ScriptedRaft.DEADLINE));
      }
      pass();
    }
  }

  private int leader() {
    for (int i = 0; i < nodes.size(); i++) {
      if (leads(i)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void start(int node) {
    ids.add(id(node));
    nodes.add(raft(node, Membership.EMPTY));
  }

  @Override
  public void wipe(int node) {
    ids.set(node, id(node));
    nodes.set(node, raft(node, initial));
  }

  @Override
  public List<String> applied(int node) {
    return List.copyOf(nodes.get(node).applied);
  }

  @Override
  public int leaderOf(int node) {
    NodeId leader = nodes.get(node).raft.leader();
    return leader == null ? -1 : ids.indexOf(leader);
  }

  @Override
  public boolean leads(int node) {
    return Objects.requireNonNull(nodes.get(node)).raft.leads();
  }

  @Override
  public void close() {}
}
