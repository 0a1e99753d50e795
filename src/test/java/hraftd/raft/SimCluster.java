package hraftd.raft;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A whole cluster in one thread, in simulated time, from one seed: messages are delayed, reordered,
 * lost and repeated; nodes crash, lose what they had not synced, pause and come back; links break
 * one way or both; members join and leave; clients read and write all the while.
 */
final class SimCluster {

  static final long MILLI = 1_000_000;

  /** Several leaderships fit into it. */
  private static final long MAX_LATENESS = 2000 * MILLI;

  private record Event(long at, long order, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event o) {
      return at != o.at ? Long.compare(at, o.at) : Long.compare(order, o.order);
    }
  }

  /** Which faults happen in a run: all, or those that put one promise to the test. */
  enum Mix {
    ANY(IntStream.range(0, 28).toArray()),
    ELECTIONS(0, 13, 14, 17, 17, 17, 25, 25),
    MAJORITIES(6, 15, 15, 15),
    STALLS(4, 4, 4, 6, 8),
    OLD_TERMS(18, 18, 18, 14),
    OLD_MESSAGES(24, 24, 24, 4, 6, 16),
    MEMBERS(22, 22, 22, 11, 12),
    LEARNERS(23, 23, 23, 12),
    DISKS(19, 19, 19, 21, 21, 20, 0, 4),
    SNAPSHOTS(19, 19, 0, 6, 6, 8, 11, 12, 26, 27);

    private final int[] kinds;

    Mix(int... kinds) {
      this.kinds = kinds;
    }
  }

  private record Link(NodeId from, NodeId to) {}

  final SimInvariants invariants = new SimInvariants();
  final Mutant mutant;
  final Random random;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final TreeMap<NodeId, SimNode> nodes = new TreeMap<>();
  private final Set<Link> cut = new HashSet<>();

  /** Copies of what this node sends are kept, to be delivered much later; null: of nobody's. */
  private @Nullable NodeId copied;

  private final List<Message> copies = new ArrayList<>();
  private final double lossRate;
  private final double repeatRate;

  /** How many messages come so late that others lead by then. */
  private final double lateRate;

  private final long maxDelay;
  private final long faultEvery;
  private final int[] kinds;
  private final long maxDowntime;

  /** How long an fsync takes at most. */
  final long maxSync;

  /** How many entries fit into a message. */
  final int maxEntries;

  /** How much of a snapshot fits into a message. */
  final int pieceBytes;

  private boolean calm;
  private long now;
  private long order;
  private int lastMember;
  private int writes;

  /**
   * A cluster that has just been started.
   *
   * @param mix which faults; null: the seed decides
   */
  SimCluster(long seed, Mutant mutant, @Nullable Mix mix) {
    this.mutant = mutant;
    // Random makes much the same of neighbouring seeds.
    random = new Random(new SplittableRandom(seed).nextLong());
    int size = List.of(1, 2, 3, 3, 3, 4, 5, 5).get(random.nextInt(8));
    lossRate = random.nextBoolean() ? 0 : random.nextDouble() * 0.1;
    repeatRate = random.nextBoolean() ? 0 : random.nextDouble() * 0.1;
    lateRate = random.nextInt(3) > 0 ? 0 : random.nextDouble() * 0.02;
    maxDelay = MILLI * (1 + random.nextInt(random.nextInt(4) == 0 ? 100 : 10));
    Mix ofSeed =
        List.of(
                Mix.ANY,
                Mix.ANY,
                Mix.ANY,
                Mix.ELECTIONS,
                Mix.MAJORITIES,
                Mix.STALLS,
                Mix.OLD_MESSAGES,
                Mix.MEMBERS,
                Mix.DISKS,
                Mix.SNAPSHOTS)
            .get(random.nextInt(10));
    Mix faults = mix == null ? ofSeed : mix;
    kinds = faults.kinds;
    // What takes several steps must not be disturbed by the next fault.
    faultEvery = MILLI * (faults == Mix.ANY ? oneOf(60, 200, 400) : oneOf(800, 1500));
    maxDowntime = MILLI * oneOf(20, 200, 800);
    maxSync = MILLI * oneOf(2, 5, 50, 150);
    // An old entry can only be counted alone if it is sent alone.
    maxEntries = faults == Mix.OLD_TERMS ? 1 : (int) oneOf(1, 3, 1000);
    pieceBytes = (int) oneOf(3, 8, 1000);
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      members.add(member(i, true));
    }
    lastMember = size;
    Membership initial = new Membership(members);
    for (Member m : members) {
      nodes.put(m.node(), new SimNode(this, m.node(), initial));
    }
    nodes.values().forEach(SimNode::start);
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

  long now() {
    return now;
  }

  SimNode node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  void after(long delay, Runnable what) {
    events.add(new Event(now + Math.max(1, delay), order++, what));
  }

  void send(Message m) {
    if (m.from().equals(copied)) {
      copies.add(m);
    }
    int times = calm || random.nextDouble() >= repeatRate ? 1 : 2;
    for (int i = 0; i < times; i++) {
      if (calm) {
        deliver(m, random.nextLong(2 * MILLI));
      } else if (random.nextDouble() >= lossRate) {
        boolean late = random.nextDouble() < lateRate;
        deliver(m, random.nextLong(late ? MAX_LATENESS : maxDelay));
      }
    }
  }

  private void deliver(Message m, long delay) {
    SimNode to = nodes.get(m.to());
    if (to != null) {
      after(
          delay,
          () -> {
            if (!cut.contains(new Link(m.from(), m.to()))) {
              to.run(() -> to.raft().receive(m));
            }
          });
    }
  }

  /** Runs with faults for this long, then heals everything and demands that the cluster serves. */
  void run(long millis) {
    after(MILLI, this::client);
    after(50 * MILLI, this::fault);
    advance(now + millis * MILLI);
    heal();
    long before = invariants.acknowledged;
    long reads = invariants.readsServed;
    advance(now + 4000 * MILLI);
    SimInvariants.check(
        invariants.acknowledged > before && invariants.readsServed > reads,
        "after all faults have ended the cluster does not serve: %s",
        describe());
    long applied =
        nodes.values().stream()
            .filter(this::member)
            .mapToLong(SimNode::lastApplied)
            .max()
            .orElse(0);
    advance(now + 1000 * MILLI);
    nodes.values().forEach(SimNode::checkNoneIsForgotten);
    for (SimNode n : nodes.values()) {
      SimInvariants.check(
          !member(n) || n.lastApplied() >= applied,
          "%s stays behind %d: %s",
          n,
          applied,
          describe());
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
    while (!events.isEmpty() && events.peek().at <= until) {
      Event e = events.remove();
      now = e.at;
      e.what.run();
    }
    now = until;
  }

  private void client() {
    SimNode n = pick();
    if (n.up() && n.role() != RaftStatus.Role.REMOVED) {
      if (random.nextInt(3) > 0) {
        n.write("w" + writes++);
      } else {
        n.read();
      }
    }
    after(random.nextLong(20 * MILLI), this::client);
  }

  private SimNode pick() {
    int i = random.nextInt(nodes.size());
    return nodes.values().stream().skip(i).findFirst().orElseThrow();
  }

  private void fault() {
    if (calm) {
      return;
    }
    SimNode n = random.nextBoolean() ? leaderOr(pick()) : pick();
    switch (kinds[random.nextInt(kinds.length)]) {
      case 0, 1, 2 -> {
        if (n.up()) {
          crash(n);
        }
      }
      case 3 -> nodes.values().forEach(x -> crashIfUp(x));
      case 4, 5 -> {
        if (n.running()) {
          n.pause(true);
          after(random.nextLong(1000 * MILLI), () -> n.pause(false));
        }
      }
      case 6, 7 -> isolate(n, random.nextInt(3));
      case 8 -> halves();
      case 9 -> cut.clear();
      case 10 -> cut.add(new Link(pick().id, pick().id));
      case 11 -> join();
      case 12 -> {
        if (nodes.size() > 1) {
          String id = pick().id.id();
          nodes.values().forEach(x -> removeAt(x, id));
        }
      }
      case 13 -> stormyElection();
      case 14 -> youngLeadersDie();
      case 15 -> otherMajority();
      case 17 -> leaderOfOne();
      case 18 -> figureEight();
      case 19 -> n.losePowerAfter(random.nextInt(10));
      case 20 -> wipe(n);
      case 21 -> diskNearlyFull(n);
      case 22 -> hastyChanges();
      case 23 -> onlyALearnerIsReached();
      case 24 -> leadsTwice();
      case 25 -> rivals();
      case 26 -> needsSnapshot((leader, behind) -> behind.losePowerAfter(1));
      case 27 -> needsSnapshot((leader, behind) -> sendsAgain(leader));
      default -> {
        if (n.up()) {
          n.change(l -> l.transfer("", now));
        }
      }
    }
    after(random.nextLong(faultEvery), this::fault);
  }

  /** The leader dies, and while the others vote they too fall and come back at once. */
  private void stormyElection() {
    crashIfUp(leaderOr(pick()));
    for (int i = 0; i < 10; i++) {
      after(random.nextLong(150 * MILLI), () -> bounce(pick()));
    }
  }

  /** One leader after the other dies before it has told all what it knows (3.6.2, figure 3.7). */
  private void youngLeadersDie() {
    for (int i = 1; i <= 6; i++) {
      after(i * random.nextLong(200 * MILLI), () -> bounce(leaderOr(pick())));
    }
  }

  /**
   * The history of figure 3.7 of the dissertation (figure 8 of the paper): a leader's entries reach
   * one follower; another leader, elsewhere, makes entries that reach nobody; the first comes back
   * and spreads its own, then dies; the second comes back.
   */
  private void figureEight() {
    SimNode first = leaderOr(pick());
    NodeId reached = pick().id;
    separate(new HashSet<>(List.of(first.id, reached)));
    long step = MILLI * (20 + random.nextInt(60));
    after(step, () -> crashIfUp(first));
    awaitLeader(
        50,
        first,
        second -> {
          separate(Set.of(second.id));
          after(
              step / 2,
              () -> {
                crashIfUp(second);
                cut.clear();
                isolate(second, 2);
                awaitLeader(50, second, third -> leadsBriefly(third, second));
              });
        });
  }

  /** It dies as soon as it commits something, and what it had on its way is lost. */
  private void leadsBriefly(SimNode leader, SimNode rival) {
    long committed = leader.raft().commitIndex();
    awaitCommit(
        60,
        leader,
        committed,
        () -> {
          crashIfUp(leader);
          cut.clear();
          isolate(leader, 1);
          if (!rival.up()) {
            rival.start();
          }
        });
  }

  private void awaitCommit(int tries, SimNode leader, long above, Runnable then) {
    if (tries == 0 || !leader.up() || leader.raft().commitIndex() > above) {
      then.run();
    } else {
      after(MILLI, () -> awaitCommit(tries - 1, leader, above, then));
    }
  }

  /** Goes on with the first node that leads, other than this one; gives up after some tries. */
  private void awaitLeader(int tries, SimNode notThis, Consumer<SimNode> then) {
    SimNode found = leaderOr(notThis);
    if (found != notThis) {
      then.accept(found);
    } else if (tries > 0) {
      after(10 * MILLI, () -> awaitLeader(tries - 1, notThis, then));
    }
  }

  /** Nothing passes between these and the others. */
  private void separate(Set<NodeId> some) {
    for (NodeId a : nodes.keySet()) {
      for (NodeId b : nodes.keySet()) {
        if (some.contains(a) != some.contains(b)) {
          cut.add(new Link(a, b));
        }
      }
    }
  }

  /**
   * What one majority has agreed on is put to the test by another one, without the first's help.
   */
  private void otherMajority() {
    cut.clear();
    SimNode left = pick();
    isolate(left, 2);
    after(
        random.nextLong(150 * MILLI),
        () -> {
          SimNode leader = leaderOr(pick());
          bounce(leader);
          cut.clear();
          List<NodeId> rest = new ArrayList<>(nodes.keySet());
          rest.remove(leader.id);
          rest.remove(left.id);
          Collections.shuffle(rest, random);
          rest.stream().limit((nodes.size() - 1) / 2).forEach(n -> isolate(node(n), 2));
        });
  }

  /** A leader reaches one follower only, for a moment, and dies. */
  private void leaderOfOne() {
    SimNode leader = leaderOr(pick());
    NodeId reached = pick().id;
    for (NodeId other : nodes.keySet()) {
      if (!other.equals(reached)) {
        cut.add(new Link(leader.id, other));
      }
    }
    after(random.nextLong(80 * MILLI), () -> crashIfUp(leader));
    after(random.nextLong(400 * MILLI), cut::clear);
  }

  /** Two that do not hear each other campaign at the same time; their voters fall and come back. */
  private void rivals() {
    cut.clear();
    SimNode leader = leaderOr(pick());
    SimNode rival = pick();
    cut.add(new Link(leader.id, rival.id));
    cut.add(new Link(rival.id, leader.id));
    bounce(leader);
    othersNotice(leader.id);
    for (SimNode other : nodes.values()) {
      if (other != leader && other != rival) {
        after(random.nextLong(150 * MILLI), () -> bounce(other));
      }
    }
    after(300 * MILLI, cut::clear);
  }

  /**
   * A follower is cut off until it needs the leader's snapshot; then something happens while it
   * gets that.
   */
  private void needsSnapshot(BiConsumer<SimNode, SimNode> whatHappens) {
    cut.clear();
    SimNode leader = leaderOr(pick());
    SimNode behind = pick();
    if (behind != leader) {
      separate(Set.of(behind.id));
      awaitCompaction(
          200,
          leader,
          behind,
          () -> {
            whatHappens.accept(leader, behind);
            cut.clear();
          });
    }
  }

  /**
   * All that a node sends now arrives once more, in the same order, when it has long had effect.
   */
  private void sendsAgain(SimNode node) {
    copies.clear();
    copied = node.id;
    after(
        random.nextLong(400 * MILLI),
        () -> {
          copied = null;
          copies.forEach(m -> deliver(m, MILLI));
        });
  }

  private void awaitCompaction(int tries, SimNode leader, SimNode behind, Runnable then) {
    boolean possible = leader.up() && behind.up() && !calm;
    if (possible && leader.raft().log.firstIndex() > behind.raft().log.lastIndex() + 1) {
      then.run();
    } else if (possible && tries > 0) {
      after(10 * MILLI, () -> awaitCompaction(tries - 1, leader, behind, then));
    }
  }

  /** There is room, and there is none, several times in a row. */
  private void diskNearlyFull(SimNode n) {
    for (int i = 0; i < 8; i++) {
      boolean full = i % 2 == 0;
      after((1 + i) * random.nextLong(60 * MILLI), () -> n.nearlyFull(full));
    }
    after(500 * MILLI, () -> n.nearlyFull(false));
  }

  /**
   * A disk is wiped. The node comes back as a stranger, with another incarnation: it is removed,
   * and joins. One at a time, and not one of two: the others could do nothing without it.
   */
  private void wipe(SimNode n) {
    boolean bearable =
        nodes.values().stream()
            .filter(SimNode::up)
            .map(x -> x.raft().membership().voters())
            .allMatch(
                v ->
                    v.isEmpty()
                        || (v.size() > 2 && v.stream().allMatch(m -> nodes.containsKey(m.node()))));
    if (!n.up() || !bearable) {
      return;
    }
    Member old = memberOf(n);
    NodeId id = mutant.idAfterWipe(n.id, random.nextLong());
    Member comer = new Member(id, old.raft(), old.http(), false);
    n.wipe();
    nodes.remove(n.id);
    SimNode stranger = new SimNode(this, id, id.equals(n.id) ? n.initial() : Membership.EMPTY);
    nodes.put(id, stranger);
    after(random.nextLong(100 * MILLI), stranger::start);
    if (!id.equals(n.id)) {
      nodes.values().forEach(x -> removeAt(x, id.id()));
      after(
          400 * MILLI,
          () -> nodes.values().stream().filter(SimNode::running).forEach(x -> x.add(comer)));
    }
  }

  private static Member memberOf(SimNode n) {
    Member known = n.raft().membership().find(n.id);
    HostPort nowhere = new HostPort("none", 1);
    return known == null ? new Member(n.id, nowhere, nowhere, false) : known;
  }

  /** Several members are removed in a row, and the leader is cut off with one of the rest. */
  private void hastyChanges() {
    cut.clear();
    SimNode leader = leaderOr(pick());
    if (!leader.running()) {
      return;
    }
    List<NodeId> others =
        new ArrayList<>(leader.raft().membership().voters().stream().map(Member::node).toList());
    others.remove(leader.id);
    if (others.size() < 2) {
      join();
      return;
    }
    Collections.shuffle(others, random);
    Set<NodeId> side = new HashSet<>(List.of(leader.id, others.get(0)));
    others.stream().skip(1).limit(others.size() - 2).forEach(o -> leader.remove(o.id()));
    long away = random.nextLong(2 * maxDelay + 20 * MILLI);
    after(away, () -> separate(side));
    after(away + random.nextLong(1200 * MILLI), cut::clear);
    after(away + 1300 * MILLI, this::join);
  }

  private void bounce(SimNode n) {
    if (n.running()) {
      n.crash();
      n.start();
    }
  }

  private void removeAt(SimNode n, String id) {
    if (n.running()) {
      n.remove(id);
    }
  }

  private void crashIfUp(SimNode n) {
    if (n.up()) {
      crash(n);
    }
  }

  void crash(SimNode n) {
    n.crash();
    othersNotice(n.id);
    after(
        random.nextLong(maxDowntime),
        () -> {
          if (!n.up()) {
            n.start();
          }
        });
  }

  /** Cuts a node off: what it sends, what it gets, or both. */
  private void isolate(SimNode n, int how) {
    for (NodeId other : nodes.keySet()) {
      if (how != 0) {
        cut.add(new Link(n.id, other));
      }
      if (how != 1) {
        cut.add(new Link(other, n.id));
      }
    }
    after(
        random.nextLong(1500 * MILLI),
        () -> cut.removeIf(l -> l.from.equals(n.id) || l.to.equals(n.id)));
  }

  private void halves() {
    Set<NodeId> left = new HashSet<>();
    nodes.keySet().stream().filter(x -> random.nextBoolean()).forEach(left::add);
    separate(left);
    after(random.nextLong(1500 * MILLI), cut::clear);
  }

  /** A leader reaches nobody but a node that joins, and dies; the others go on without both. */
  private void onlyALearnerIsReached() {
    NodeId learner = join();
    SimNode leader = leaderOr(pick());
    if (learner != null) {
      after(
          random.nextLong(100 * MILLI), () -> separate(new HashSet<>(List.of(leader.id, learner))));
      after(
          (100 + random.nextLong(200)) * MILLI,
          () -> {
            crashIfUp(leader);
            cut.clear();
            SimNode joined = nodes.get(learner); // Its disk may be gone by now.
            if (joined != null) {
              isolate(joined, 2);
            }
          });
    }
  }

  /** Adds a node if there are not too many; returns it, or null. */
  private @Nullable NodeId join() {
    if (nodes.size() < 8) {
      Member m = member(++lastMember, false);
      SimNode n = new SimNode(this, m.node(), Membership.EMPTY);
      nodes.put(m.node(), n);
      n.start();
      nodes.values().stream().filter(SimNode::running).forEach(x -> x.add(m));
      return m.node();
    }
    return null;
  }

  /**
   * A leader hands over and leads again; only then does what it sent in its first term arrive once
   * more. Then it is cut off, and the others elect without it.
   */
  private void leadsTwice() {
    SimNode leader = leaderOr(pick());
    copies.clear();
    copied = leader.id;
    after(
        random.nextLong(400 * MILLI),
        () -> {
          copied = null;
          handOver(leader);
          awaitLeader(
              20,
              leader,
              second -> {
                handOver(second);
                awaitLeader(20, second, third -> haunt(third));
              });
        });
  }

  private void handOver(SimNode leader) {
    if (leader.running()) {
      leader.change(l -> l.transfer("", now));
    }
  }

  private void haunt(SimNode leader) {
    copies.forEach(m -> deliver(m, random.nextLong(5 * MILLI)));
    after(
        15 * MILLI,
        () -> {
          isolate(leader, 2);
          othersNotice(leader.id);
        });
  }

  /** Their connections to a node break. */
  private void othersNotice(NodeId gone) {
    for (SimNode other : nodes.values()) {
      if (other.up() && !other.id.equals(gone) && random.nextInt(4) > 0) {
        after(random.nextLong(5 * MILLI), () -> other.run(() -> other.raft().peerDown(gone)));
      }
    }
  }

  private SimNode leaderOr(SimNode other) {
    return nodes.values().stream()
        .filter(n -> n.up() && n.raft().leads())
        .findFirst()
        .orElse(other);
  }

  private void heal() {
    calm = true;
    cut.clear();
    for (SimNode n : nodes.values()) {
      n.pause(false);
      n.nearlyFull(false);
      n.losePowerAfter(Integer.MAX_VALUE);
      if (!n.up()) {
        n.start();
      }
    }
  }

  String describe() {
    StringBuilder all = new StringBuilder("at " + now / MILLI + " ms");
    nodes.values().forEach(n -> all.append("\n  ").append(n.describe()));
    return all.toString();
  }
}
