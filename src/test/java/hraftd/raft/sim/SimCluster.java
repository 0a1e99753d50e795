package hraftd.raft.sim;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one thread, in simulated time, from one seed: a {@link SimNetwork} between its
 * nodes, {@link SimFaults} that happen to it, and clients that read and write all the while.
 */
final class SimCluster {

  static final long MILLI = 1_000_000;

  private static final long MAX_TIME_BETWEEN_JUMPS = 3000 * MILLI;

  /** Nothing that was promised is broken, but something does not go on. */
  static class Stuck extends AssertionError {
    private static final long serialVersionUID = 1;

    Stuck(String message) {
      super(message);
    }
  }

  final SimInvariants invariants = new SimInvariants();
  final Random random;
  final SimSettings settings;
  private final SimSchedule schedule;
  final TreeMap<NodeId, SimNode> nodes = new TreeMap<>();
  final SimNetwork network;
  final SimFaults faults;
  final SimLiveness liveness;
  final SimClients clients = new SimClients(this);
  private boolean calm;

  /** What a client has seen that must not be. */
  private @Nullable AssertionError broken;

  private final long start;

  /** By how much clocks have jumped, all together. */
  private long jumps;

  private int lastMember;

  /** Whose turn it was last; null if it was nobody's yet. */
  private @Nullable NodeId acting;

  SimWitness witness = SimWitness.NONE;

  /**
   * A cluster that is to be started.
   *
   * @param mix which faults; null: the seed decides
   */
  SimCluster(long seed, @Nullable FaultMix mix) {
    this(randomOf(seed), random -> SimSettings.ofSeed(seed, random, mix));
  }

  private SimCluster(Random random, Function<Random, SimSettings> draw) {
    this.random = random;
    settings = draw.apply(random);
    start = settings.start();
    schedule = new SimSchedule(start);
    network = new SimNetwork(this);
    faults = new SimFaults(this, network);
    liveness = new SimLiveness(this, network);
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= settings.size(); i++) {
      members.add(member(i, true));
    }
    lastMember = settings.size();
    Membership initial = new Membership(members);
    for (Member m : members) {
      nodes.put(m.node(), new SimNode(this, m.node(), initial));
    }
  }

  /**
   * A cluster to which only happens what somebody commands: see {@link SimOperator}.
   *
   * @param size how many nodes it has at first
   */
  static SimCluster commanded(long seed, int size) {
    return new SimCluster(randomOf(seed), random -> SimSettings.commanded(size));
  }

  /** A cluster to which nobody belongs yet: {@link SimMachine}s will. */
  static SimCluster unset(long seed) {
    return new SimCluster(
        randomOf(seed), random -> SimSettings.ofSeed(seed, random, FaultMix.ANY).unset());
  }

  /** No more faults happen: what stands still goes on, and what is cut is whole. */
  void endFaults() {
    calm = true;
    network.mend();
    network.wire.heal();
  }

  /** Random makes much the same of neighbouring seeds. */
  private static Random randomOf(long seed) {
    return new Random(new SplittableRandom(seed).nextLong());
  }

  long oneOf(List<Long> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  long oneOf(long... choices) {
    return SimSettings.oneOf(random, choices);
  }

  private Member member(int number, boolean voter) {
    return new Member(
        new NodeId("n" + number, random.nextLong()),
        new HostPort("raft", number),
        new HostPort("http", number),
        voter);
  }

  /** True once no more faults happen. */
  boolean calm() {
    return calm;
  }

  void send(Message m) {
    network.send(m);
  }

  long now() {
    return schedule.now();
  }

  /** An empty storage for a node, who is told what is appended to its log. */
  SimStorage newStorage(Consumer<Entry> onAppend) {
    return settings.files()
        ? new FileStorage(random, settings, onAppend)
        : new IdealStorage(random, settings.maxEntries(), settings.pieceBytes(), onAppend);
  }

  SimNode node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  void after(long delay, Runnable what) {
    schedule.after(delay, what);
  }

  /** Runs with faults for this long, then heals everything and demands that the cluster serves. */
  void run(long millis) {
    nodes.values().forEach(SimNode::start);
    clients.start(SimClients.USUAL);
    after(50 * MILLI, faults::next);
    liveness.begin();
    if (random.nextBoolean()) {
      after(random.nextLong(MAX_TIME_BETWEEN_JUMPS), this::jump);
    }
    advance(now() + millis * MILLI);
    heal();
    new SimAftermath(this).await();
  }

  /** Starts all nodes and their clients, without any faults but those that a test makes. */
  void startCalm() {
    calm = true;
    nodes.values().forEach(SimNode::start);
    clients.start(SimClients.USUAL);
  }

  /** Runs for so long. */
  void pass(long millis) {
    advance(now() + millis * MILLI);
  }

  /** The same in nanoseconds. */
  void passNanos(long nanos) {
    advance(now() + nanos);
  }

  /** How long the simulation has run. */
  long elapsedMillis() {
    return (now() - start) / MILLI;
  }

  /** The same, in microseconds. */
  long elapsedMicros() {
    return (now() - start) / 1000;
  }

  /** What the fastest clock may have counted since then. */
  long mostMillis() {
    return (SimClock.most(now() - start) + jumps) / MILLI;
  }

  /** A machine's clock jumps ahead, again and again. */
  private void jump() {
    if (!calm) {
      jumps += pick().jump();
      after(random.nextLong(MAX_TIME_BETWEEN_JUMPS), this::jump);
    }
  }

  /** True if the newest leader has it among the members. */
  boolean member(SimNode n) {
    return leaderMembership().find(n.id) != null;
  }

  private Membership leaderMembership() {
    Membership newest = Membership.EMPTY;
    long term = -1;
    for (SimNode n : nodes.values()) {
      if (n.up() && n.raft().leads() && n.raft().term() > term) {
        term = n.raft().term();
        newest = n.raft().membership();
      }
    }
    return newest;
  }

  private void advance(long until) {
    schedule.advance(
        until,
        () -> {
          if (broken != null) {
            throw broken;
          }
        });
  }

  /** It is this node's turn. */
  void acts(NodeId node) {
    acting = node;
  }

  /** Whose turn it was last; null if it was nobody's yet. */
  @Nullable NodeId acting() {
    return acting;
  }

  SimNode pick() {
    int i = random.nextInt(nodes.size());
    return nodes.values().stream().skip(i).findFirst().orElseThrow();
  }

  /** A process ends and comes back at once, unless all faults are over. */
  void bounce(SimNode n) {
    if (n.running() && !calm) {
      n.crash();
      n.start();
    }
  }

  /** Asks every node that can be asked; only a leader does it. */
  void removeEverywhere(String id) {
    nodes.values().stream().filter(SimNode::running).forEach(x -> x.requests.remove(id));
  }

  /** Asks every node that can be asked; only a leader does it. */
  void addEverywhere(Member m) {
    nodes.values().stream().filter(SimNode::running).forEach(x -> x.requests.add(m));
  }

  /** A process ends, unless all faults are over. */
  void crashIfUp(SimNode n) {
    if (n.up() && !calm) {
      crash(n);
    }
  }

  void crash(SimNode n) {
    n.crash();
    othersNotice(n.id);
    after(random.nextLong(settings.maxDowntime()), n::start);
  }

  /** Adds a node as a learner if there are not too many; returns it, or null. */
  @Nullable NodeId join() {
    return join(/* voter= */ false);
  }

  /** The same, or as a voter when it has caught up. */
  @Nullable NodeId join(boolean voter) {
    if (nodes.size() < 8) {
      Member m = member(++lastMember, voter);
      SimNode n = new SimNode(this, m.node(), Membership.EMPTY);
      nodes.put(m.node(), n);
      n.start();
      addEverywhere(m);
      return m.node();
    }
    return null;
  }

  /** Runs a check where a failure would be lost: it ends the run behind the present event. */
  void checking(Runnable check) {
    try {
      check.run();
    } catch (AssertionError e) {
      broken = broken == null ? e : broken;
    }
  }

  /** Their connections to a node break. */
  void othersNotice(NodeId gone) {
    network.wire.othersNotice(gone);
  }

  /** The process on this node has ended. */
  void ended(NodeId node) {
    network.wire.ended(node);
  }

  SimNode leaderOr(SimNode other) {
    return nodes.values().stream()
        .filter(n -> n.up() && n.raft().leads())
        .findFirst()
        .orElse(other);
  }

  private void heal() {
    endFaults();
    for (SimNode n : nodes.values()) {
      n.pause(false);
      n.nearlyFull(false);
      n.mendDisk();
      n.losePowerAfter(Integer.MAX_VALUE);
      n.start();
    }
  }

  String describe() {
    StringBuilder all = new StringBuilder("at " + elapsedMillis() + " ms");
    nodes.values().forEach(n -> all.append("\n  ").append(n.describe()));
    return all.toString();
  }
}
