package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.LoggerFactory;

/**
 * For a member whose addresses have changed: tells all others again and again, until the membership
 * has the new ones. What they answer says where they have moved themselves. One that is where the
 * membership has it tells that as well, until somebody leads: they may believe it elsewhere.
 */
final class Mover {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Mover.class));

  /** How long the others may take to answer: each asks this node who it is. */
  private static final Duration ROUND = Duration.ofSeconds(5);

  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(500);

  private final LocalNode local;
  private final Await await;
  private final Peers peers;
  private final Relocations relocations;
  private final Activity progress;
  private final List<HostPort> others;

  Mover(
      LocalNode local,
      Peers peers,
      Relocations relocations,
      Activity progress,
      List<HostPort> others) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    this.relocations = relocations;
    this.progress = progress;
    this.others = others;
  }

  /** Blocks until the new addresses are committed, this node is removed, or it stops. */
  void run() {
    try {
      while (!local.isStopping() && !isDone()) {
        tell();
        await.pause(BETWEEN_ROUNDS);
      }
    } catch (ClusterException e) {
      if (e.kind() != Kind.SHUTTING_DOWN && e.kind() != Kind.REMOVED) {
        throw e;
      }
    } finally {
      progress.done();
    }
  }

  private boolean isDone() {
    ClusterRecord record = local.record();
    if (record == null || record.removed()) {
      return true;
    }
    RaftStatus status = local.consensus().status();
    Member self = status.membership().find(status.self());
    return self != null
        && isHere(self)
        && status.leader() != null
        && status.membershipIndex() <= status.commitIndex();
  }

  private boolean isHere(Member self) {
    return local.place().matchHttp(self.http()) == Addresses.Match.OWN
        && local.place().matchRaft(self.raft()) == Addresses.Match.OWN;
  }

  private void tell() {
    ClusterRecord record = local.record();
    RaftStatus status = local.consensus().status();
    Member before = status.membership().find(status.self());
    if (record == null || before == null) {
      return; // Its log is still being read.
    }
    boolean moved = !isHere(before);
    if (moved) {
      Endpoints place = local.place();
      HostPort http = Addresses.reachable(place.httpForOthers());
      HostPort raft = Addresses.reachable(place.raftForOthers());
      relocations.movedItself(before, new Member(before.node(), raft, http, before.voter()));
      progress.waitFor("move: telling the others that this node is at " + http);
    }
    Deadline deadline = await.after(ROUND);
    Map<HostPort, CompletableFuture<Membership>> told = new LinkedHashMap<>();
    for (HostPort target : targets(before)) {
      Member now = moved ? as(before, target) : before;
      told.put(target, peers.moved(target, new Moved(record.clusterId(), now), deadline));
    }
    told.forEach((target, answer) -> learn(target, answer, record, deadline));
  }

  /** This member where it is for the other node. */
  private Member as(Member before, HostPort target) {
    Endpoints place = local.place();
    return new Member(before.node(), place.raftFor(target), place.httpFor(target), before.voter());
  }

  private Set<HostPort> targets(Member self) {
    Set<HostPort> targets = new LinkedHashSet<>(others);
    for (Member member : relocations.whereabouts().members()) {
      if (!member.node().equals(self.node())) {
        targets.add(member.http());
      }
    }
    return targets;
  }

  private void learn(
      HostPort target,
      CompletableFuture<Membership> answer,
      ClusterRecord record,
      Deadline deadline) {
    Membership known = local.consensus().status().membership();
    attempt(
        target,
        () -> {
          for (Member member : await.result(answer, deadline, target.toString()).members()) {
            if (!member.node().equals(record.self()) && !known.members().contains(member)) {
              // One that is nowhere any more says nothing of those after it.
              Moved moved = new Moved(record.clusterId(), member);
              attempt(target, () -> relocations.told(moved, deadline));
            }
          }
        });
  }

  private static void attempt(HostPort target, Runnable step) {
    try {
      step.run();
    } catch (ClusterException e) {
      if (e.kind() == Kind.SHUTTING_DOWN && !e.relayed()) {
        throw e;
      }
      if (e.kind() != Kind.UNREACHABLE) {
        LOG.info("move: {} does not know yet: {}", target, e.detail());
      }
    }
  }
}
