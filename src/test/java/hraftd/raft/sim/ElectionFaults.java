package hraftd.raft.sim;

import static hraftd.raft.sim.SimCluster.MILLI;

import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Faults around elections that take several steps, to get where chance seldom leads. */
final class ElectionFaults {

  private final SimCluster cluster;
  private final SimNetwork network;
  private final Random random;

  ElectionFaults(SimCluster cluster, SimNetwork network) {
    this.cluster = cluster;
    this.network = network;
    this.random = cluster.random;
  }

  /** The leader dies, and while the others vote they too fall and come back at once. */
  void stormyElection() {
    cluster.crashIfUp(cluster.leaderOr(cluster.pick()));
    for (int i = 0; i < 10; i++) {
      cluster.after(random.nextLong(150 * MILLI), () -> cluster.bounce(cluster.pick()));
    }
  }

  /** One leader after the other dies before it has told all what it knows (3.6.2, figure 3.7). */
  void youngLeadersDie() {
    for (int i = 1; i <= 6; i++) {
      cluster.after(
          i * random.nextLong(200 * MILLI), () -> cluster.bounce(cluster.leaderOr(cluster.pick())));
    }
  }

  /**
   * The history of figure 3.7 of the dissertation (figure 8 of the paper): a leader's entries reach
   * one follower; another leader, elsewhere, makes entries that reach nobody; the first comes back
   * and spreads its own, then dies; the second comes back.
   */
  void figureEight() {
    SimNode first = cluster.leaderOr(cluster.pick());
    NodeId reached = cluster.pick().id;
    network.separate(new HashSet<>(List.of(first.id, reached)));
    long step = MILLI * (20 + random.nextInt(60));
    cluster.after(step, () -> cluster.crashIfUp(first));
    awaitLeader(
        50,
        first,
        second -> {
          network.separate(Set.of(second.id));
          cluster.after(
              step / 2,
              () -> {
                cluster.crashIfUp(second);
                network.mend();
                network.isolate(second, 2);
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
          cluster.crashIfUp(leader);
          network.mend();
          network.isolate(leader, 1);
          rival.start();
        });
  }

  private void awaitCommit(int tries, SimNode leader, long above, Runnable then) {
    if (tries == 0 || !leader.up() || leader.raft().commitIndex() > above) {
      then.run();
    } else {
      cluster.after(MILLI, () -> awaitCommit(tries - 1, leader, above, then));
    }
  }

  /** Goes on with the first node that leads, other than this one; gives up after some tries. */
  private void awaitLeader(int tries, SimNode notThis, Consumer<SimNode> then) {
    SimNode found = cluster.leaderOr(notThis);
    if (cluster.calm()) {
      return;
    }
    if (found != notThis) {
      then.accept(found);
    } else if (tries > 0) {
      cluster.after(10 * MILLI, () -> awaitLeader(tries - 1, notThis, then));
    }
  }

  /**
   * As many as the others can do without are cut off, stand still, or fall; the leader and a
   * majority are left alone.
   */
  void minority() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    if (!leader.running() || !leader.raft().leads()) {
      return;
    }
    Membership members = leader.raft().membership();
    List<NodeId> others = new ArrayList<>(members.voters().stream().map(Member::node).toList());
    others.remove(leader.id);
    others.stream()
        .limit(members.voters().size() - members.quorum())
        .map(cluster.nodes::get)
        .filter(Objects::nonNull)
        .forEach(node -> disturb(node, leader));
  }

  private void disturb(SimNode node, SimNode leader) {
    long away = random.nextLong(1500 * MILLI);
    switch (random.nextInt(6)) {
      case 0 -> network.isolate(node, random.nextInt(3));
      case 1 -> {
        network.cutBoth(node.id, leader.id);
        cluster.after(away, network::mend);
      }
      case 2 -> cluster.crashIfUp(node);
      case 3 -> cluster.bounce(node);
      case 4 -> node.hangSyncs(away);
      default -> {
        node.pause(true);
        cluster.after(away, () -> node.pause(false));
      }
    }
  }

  /**
   * What one majority has agreed on is put to the test by another one, without the first's help.
   */
  void otherMajority() {
    network.mend();
    SimNode left = cluster.pick();
    network.isolate(left, 2);
    cluster.after(
        random.nextLong(150 * MILLI),
        () -> {
          SimNode leader = cluster.leaderOr(cluster.pick());
          cluster.bounce(leader);
          network.mend();
          List<NodeId> rest = new ArrayList<>(cluster.nodes.keySet());
          rest.remove(leader.id);
          rest.remove(left.id);
          Collections.shuffle(rest, random);
          rest.stream()
              .limit((cluster.nodes.size() - 1) / 2)
              .forEach(n -> network.isolate(cluster.node(n), 2));
        });
  }

  /** A leader reaches one follower only, for a moment, and dies. */
  void leaderOfOne() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    NodeId reached = cluster.pick().id;
    for (NodeId other : cluster.nodes.keySet()) {
      if (!other.equals(reached)) {
        network.cut(leader.id, other);
      }
    }
    cluster.after(random.nextLong(80 * MILLI), () -> cluster.crashIfUp(leader));
    cluster.after(random.nextLong(400 * MILLI), network::mend);
  }

  /** Two that do not hear each other campaign at the same time; their voters fall and come back. */
  void rivals() {
    network.mend();
    SimNode leader = cluster.leaderOr(cluster.pick());
    SimNode rival = cluster.pick();
    network.cut(leader.id, rival.id);
    network.cut(rival.id, leader.id);
    cluster.bounce(leader);
    cluster.othersNotice(leader.id);
    for (SimNode other : cluster.nodes.values()) {
      if (other != leader && other != rival) {
        cluster.after(random.nextLong(150 * MILLI), () -> cluster.bounce(other));
      }
    }
    cluster.after(300 * MILLI, network::mend);
  }

  /**
   * A leader hands over and leads again; only then does what it sent in its first term arrive once
   * more. Then it is cut off, and the others elect without it.
   */
  void leadsTwice() {
    SimNode leader = cluster.leaderOr(cluster.pick());
    network.copyThen(
        leader.id,
        () -> {
          leader.requests.handOver("");
          awaitLeader(
              20,
              leader,
              second -> {
                second.requests.handOver("");
                awaitLeader(20, second, this::haunt);
              });
        });
  }

  private void haunt(SimNode leader) {
    network.copies().forEach(m -> network.deliver(m, random.nextLong(5 * MILLI)));
    cluster.after(
        15 * MILLI,
        () -> {
          network.isolate(leader, 2);
          cluster.othersNotice(leader.id);
        });
  }
}
