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
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one thread, in simulated time, from one seed: a {@link SimNetwork} between its
 * nodes, {@link SimFaults} that happen to it, and clients that read and write all the while.
 */
final class SimCluster {

  static final long MILLI = 1_000_000;

  private static final long MAX_TIME_BETWEEN_JUMPS = 3000 * MILLI;

  /** The clock's values may pass from the largest to the smallest, as System's may. */
  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event o) {
      return at != o.at ? Long.signum(at - o.at) : Long.compare(order, o.order);
    }
  }

  /** Nothing that was promised is broken, but something does not go on. */
  static class Stuck extends AssertionError {
    private static final long serialVersionUID = 1;

    Stuck(String message) {
      super(message);
    }
  }

  final SimInvariants invariants = new SimInvariants();
  final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  final TreeMap<NodeId, SimNode> nodes = new TreeMap<>();
  private final SimNetwork network;
  private final SimFaults faults;
  final SimLiveness liveness;
  private final long maxDowntime;

  /**
   * True if the nodes keep what they keep in real files, on disks that lose what disks may lose.
   */
  private final boolean files;

  /** How long an fsync takes at most. */
  final long maxSync;

  /** How many entries fit into a message. */
  final int maxEntries;

  /** How much of a snapshot fits into a message. */
  final int pieceBytes;

  private boolean calm;

  /** What a client has seen that must not be. */
  private @Nullable AssertionError broken;

  private final long start;
  private long now;
  private long order;

  /** By how much clocks have jumped, all together. */
  private long jumps;

  private int lastMember;
  private int writes;

  /**
   * A cluster that is to be started.
   *
   * @param mix which faults; null: the seed decides
   */
  SimCluster(long seed, @Nullable FaultMix mix) {
    // Random makes much the same of neighbouring seeds.
    random = new Random(new SplittableRandom(seed).nextLong());
    start = oneOf(0, Long.MIN_VALUE, -5000 * MILLI, Long.MAX_VALUE - 5000 * MILLI);
    now = start;
    int size = List.of(1, 2, 3, 3, 3, 4, 5, 5).get(random.nextInt(8));
    files = seed % 4 == 0;
    FaultMix ofSeed = FaultMix.any(random);
    network = new SimNetwork(this, mix == null ? ofSeed : mix);
    faults = new SimFaults(this, network, mix == null ? ofSeed : mix);
    liveness = new SimLiveness(this, network);
    maxDowntime = MILLI * oneOf(20, 200, 800);
    maxSync = MILLI * oneOf(2, 5, 50, 150);
    // An old entry can only be counted alone if it is sent alone.
    maxEntries = faults.mix == FaultMix.OLD_TERMS ? 1 : (int) oneOf(1, 3, 1000);
    pieceBytes = (int) oneOf(500, 2000, 100_000);
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      members.add(member(i, true));
    }
    lastMember = size;
    Membership initial = new Membership(members);
    for (Member m : members) {
      nodes.put(m.node(), new SimNode(this, m.node(), initial));
    }
  }

  long oneOf(long... choices) {
    return choices[random.nextInt(choices.length)];
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
    return now;
  }

  /** An empty storage for a node, who is told what is appended to its log. */
  SimStorage newStorage(Consumer<Entry> onAppend) {
    return files
        ? new FileStorage(random, maxEntries, pieceBytes, onAppend)
        : new IdealStorage(random, maxEntries, pieceBytes, onAppend);
  }

  SimNode node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  void after(long delay, Runnable what) {
    events.add(new Event(now + Math.max(1, delay), order++, what));
  }

  /** Runs with faults for this long, then heals everything and demands that the cluster serves. */
  void run(long millis) {
    nodes.values().forEach(SimNode::start);
    after(MILLI, this::client);
    after(50 * MILLI, faults::next);
    liveness.begin();
    if (random.nextBoolean()) {
      after(random.nextLong(MAX_TIME_BETWEEN_JUMPS), this::jump);
    }
    advance(now + millis * MILLI);
    heal();
    awaitLeader();
    long before = invariants.acknowledged;
    long reads = invariants.readsServed;
    advance(now + 4000 * MILLI);
    if (invariants.acknowledged == before || invariants.readsServed == reads) {
      throw new Stuck("after all faults have ended the cluster does not serve");
    }
    long applied =
        nodes.values().stream()
            .filter(this::member)
            .mapToLong(n -> n.raft().appliedIndex())
            .max()
            .orElse(0);
    advance(now + 1000 * MILLI);
    for (SimNode n : nodes.values()) {
      if (member(n) && n.raft().appliedIndex() < applied) {
        throw new Stuck(n + " stays behind " + applied);
      }
    }
  }

  /** The faults are over: there is to be a leader soon. */
  private void awaitLeader() {
    long healed = now;
    while (nodes.values().stream().noneMatch(n -> n.up() && n.raft().leads() && member(n))) {
      SimLiveness.check(
          now - healed <= SimLiveness.LEADERLESS,
          "no leader %d ms after the last fault",
          (now - healed) / MILLI);
      advance(now + MILLI);
    }
  }

  /** Starts all nodes and their clients, without any faults but those that a test makes. */
  void startCalm() {
    calm = true;
    nodes.values().forEach(SimNode::start);
    after(MILLI, this::client);
  }

  /** Runs for so long. */
  void pass(long millis) {
    advance(now + millis * MILLI);
  }

  /** How long the simulation has run. */
  long elapsedMillis() {
    return (now - start) / MILLI;
  }

  /** What the fastest clock may have counted since then. */
  long mostMillis() {
    return (SimClock.most(now - start) + jumps) / MILLI;
  }

  /** A machine's clock jumps ahead, again and again. */
  private void jump() {
    if (!calm) {
      jumps += pick().jump();
      after(random.nextLong(MAX_TIME_BETWEEN_JUMPS), this::jump);
    }
  }

  private boolean member(SimNode n) {
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
    while (!events.isEmpty() && events.peek().at - until <= 0) {
      Event e = events.remove();
      now = e.at;
      e.what.run();
      if (broken != null) {
        throw broken;
      }
    }
    now = until;
  }

  private void client() {
    SimNode n = pick();
    if (n.takesRequests()) {
      if (random.nextInt(3) > 0) {
        writes++;
        n.write(new SimWrite("w" + writes, invariants.began(), /* once= */ writes % 2 == 0, false));
      } else {
        n.read();
      }
    }
    after(random.nextLong(20 * MILLI), this::client);
  }

  /** A client that does not know what has become of its write tries again, if that is harmless. */
  void tryAgain(SimWrite write) {
    if (write.once()) {
      after(
          random.nextLong(300 * MILLI),
          () -> {
            SimNode n = pick();
            if (n.takesRequests()) {
              n.write(write.repeated());
            }
          });
    }
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
    nodes.values().stream().filter(SimNode::running).forEach(x -> x.remove(id));
  }

  /** Asks every node that can be asked; only a leader does it. */
  void addEverywhere(Member m) {
    nodes.values().stream().filter(SimNode::running).forEach(x -> x.add(m));
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
    after(random.nextLong(maxDowntime), n::start);
  }

  /** Adds a node if there are not too many; returns it, or null. */
  @Nullable NodeId join() {
    if (nodes.size() < 8) {
      Member m = member(++lastMember, false);
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
    calm = true;
    network.mend();
    network.wire.heal();
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
