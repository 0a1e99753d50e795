package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Consensus;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where members are that have moved, from when they have said so until the membership does. A
 * member is known by its incarnation: whoever answers for it at an address is there. So those who
 * have all moved find each other without a leader; whoever leads then puts it into the membership.
 *
 * <p>{@link #run} is for one thread, the other methods are for any.
 */
final class Relocations implements Runnable {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Relocations.class));

  /** How long a node may take to say who it is. */
  private static final Duration ANSWER_TIME = Duration.ofSeconds(2);

  /** How long the membership may take to change: it is tried again. */
  private static final Duration CHANGE_TIME = Duration.ofSeconds(10);

  /**
   * What is known of a member.
   *
   * @param from as the membership has it; once that changes, it is newer than this
   * @param to as it says itself
   */
  private record Relocation(Member from, Member to) {}

  private final LocalNode local;
  private final Await await;
  private final Peers peers;

  /** At most one for each member. */
  private final ConcurrentNavigableMap<NodeId, Relocation> known = new ConcurrentSkipListMap<>();

  // Of the thread that runs this: the change under way, and whose the newest one is.
  private @Nullable CompletableFuture<Membership> change;
  private @Nullable NodeId changed;

  Relocations(LocalNode local, Peers peers) {
    this.local = local;
    await = local.await();
    this.peers = peers;
  }

  /** The members, each where it is as far as this node knows. */
  Membership whereabouts() {
    return new Membership(
        local.consensus().status().membership().members().stream().map(this::where).toList());
  }

  private Member where(Member member) {
    Relocation relocation = known.get(member.node());
    return relocation == null ? member : relocation.to.withVoter(member.voter());
  }

  /**
   * A member says, or another node passes on, where it is. Blocks while it is asked whether it is.
   *
   * @throws ClusterException if it is of another cluster, is no member, is said to be where nobody
   *     can be, does not answer there, says that its Raft address is another one, or answers at its
   *     old address, too
   */
  Membership told(Moved moved, Deadline deadline) {
    ClusterRecord record = local.record();
    Consensus consensus = local.consensus();
    if (record == null || !record.clusterId().equals(moved.clusterId())) {
      throw ClusterException.conflict("this node is of another cluster than " + moved.clusterId());
    }
    NodeId node = moved.member().node();
    Member before = consensus.status().membership().find(node);
    if (before == null) {
      throw ClusterException.conflict("no member is " + node);
    }
    if (!node.equals(record.self()) && !isAt(where(before), moved.member())) {
      refuseIfNowhere(moved.member());
      Deadline soon = deadline.orEarlier(await.after(ANSWER_TIME));
      CompletableFuture<Description> there = peers.describe(moved.member().http(), soon);
      CompletableFuture<Description> here = peers.describe(before.http(), soon);
      Description found = await.result(there, soon, "member " + node.id());
      if (!isMember(found, node, record)) {
        throw ClusterException.conflict(
            "the node at " + moved.member().http() + " is not member " + node.id());
      }
      requireAddresses(moved, soon); // First: where it was, the time may pass without an answer.
      refuseIfAlsoHere(here, soon, found, before);
      put(before, moved.member());
      LOG.info(
          "member {} has moved to {} (Raft {})",
          node.id(),
          moved.member().http(),
          moved.member().raft());
    }
    return whereabouts();
  }

  private static void refuseIfNowhere(Member member) {
    if (Addresses.isNowhere(member.http()) || Addresses.isNowhere(member.raft())) {
      throw ClusterException.badRequest("an address where nobody can be reached");
    }
  }

  private static boolean isMember(Description found, NodeId node, ClusterRecord record) {
    return found.incarnation() == node.incarnation()
        && record.clusterId().equals(found.clusterId());
  }

  private void refuseIfAlsoHere(
      CompletableFuture<Description> here, Deadline soon, Description there, Member before) {
    Description old;
    try {
      old = await.result(here, soon, "member " + before.id());
    } catch (ClusterException e) {
      if (e.kind() == Kind.SHUTTING_DOWN) {
        throw e;
      }
      return; // As it should be.
    }
    if (old.incarnation() == there.incarnation() && old.isOtherProcess(there)) {
      throw ClusterException.conflict(
          "member "
              + before.id()
              + " is at "
              + before.http()
              + " as well: was its data directory copied?");
    }
  }

  /** Who is asked checks what it is named with: nobody else knows where it takes its peers. */
  private void requireAddresses(Moved moved, Deadline soon) {
    Member member = moved.member();
    Reservation named =
        new Reservation(
            moved.clusterId(), member.node().incarnation(), member.http(), member.raft());
    await.result(peers.reserve(member.http(), named, soon), soon, "member " + member.id());
  }

  private static boolean isAt(Member one, Member other) {
    return one.raft().equals(other.raft()) && one.http().equals(other.http());
  }

  /** This node itself has moved. */
  void movedItself(Member before, Member now) {
    put(before, now);
  }

  /** One that is where the membership has it, again, has not moved. */
  private void put(Member before, Member now) {
    if (isAt(before, now)) {
      known.remove(before.node());
    } else {
      known.put(before.node(), new Relocation(before, now));
    }
    relocate();
  }

  /** One at a time: of two that look at once the older must not be the last to say it. */
  private synchronized void relocate() {
    Consensus consensus = local.consensusOrNull();
    if (consensus != null) {
      Map<NodeId, HostPort> addresses = new HashMap<>();
      known.forEach((node, relocation) -> addresses.put(node, relocation.to.raft()));
      consensus.relocate(addresses);
    }
  }

  /** Forgets what the membership knows by now, and on the leader makes it know the rest. */
  @Override
  public void run() {
    Consensus consensus = local.consensusOrNull();
    if (consensus == null || known.isEmpty()) {
      return;
    }
    RaftStatus status = consensus.status();
    if (known.values().removeIf(relocation -> isOver(relocation, status.membership()))) {
      relocate();
    }
    boolean busy = change != null && !change.isDone();
    if (status.role() == RaftStatus.Role.LEADER && !busy) {
      Relocation next = next();
      if (next != null) {
        changed = next.from.node();
        record(next, consensus, status);
      }
    }
  }

  /** In turn, as one that cannot be recorded must not keep the others waiting. */
  private @Nullable Relocation next() {
    Map.Entry<NodeId, Relocation> next = changed == null ? null : known.higherEntry(changed);
    if (next == null) {
      next = known.firstEntry();
    }
    return next == null ? null : next.getValue();
  }

  private static boolean isOver(Relocation relocation, Membership membership) {
    Member now = membership.find(relocation.from.node());
    return now == null || !isAt(now, relocation.from);
  }

  private void record(Relocation relocation, Consensus consensus, RaftStatus status) {
    Member member = relocation.to.withVoter(status.membership().isVoter(relocation.to.node()));
    change =
        consensus
            .add(member, await.after(CHANGE_TIME))
            .whenComplete(
                (members, failure) -> {
                  if (failure != null) {
                    LOG.info("member {} is not moved yet: {}", member.id(), failure.getMessage());
                  }
                });
  }
}
