package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.cluster.SetupRequest.Named;
import hraftd.kv.Command;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.text.BoundedLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Forms a cluster, in two rounds: every node is asked and kept free, and only when all agree every
 * node is told. The node that is to lead runs it, whichever node got the request, so that two
 * requests at once cannot make two clusters; two that name different leaders meet at the nodes,
 * which keep themselves free for one cluster only.
 *
 * <p>What a request that stopped half-way has done is found again by asking: a node that was told
 * knows the cluster's id and members, and the rest are told the same. So repeating it finishes it.
 */
final class Setup {

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Setup.class));

  private final LocalNode local;
  private final Await await;
  private final Peers peers;
  private final Activity progress;
  private final ReentrantLock oneAtATime = new ReentrantLock();

  /**
   * The id of the cluster that this process would found. One for its whole life: a request that is
   * repeated after a failure finds the nodes kept free for it.
   */
  private final String ownClusterId = newClusterId();

  Setup(LocalNode local, Peers peers, Activity progress) {
    this.local = local;
    await = local.await();
    this.peers = peers;
    this.progress = progress;
  }

  static String newClusterId() {
    return UUID.randomUUID().toString();
  }

  /** All nodes as voters; the incarnations in the order of the nodes. */
  static Membership membership(List<Named> nodes, List<Long> incarnations) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Named named = nodes.get(i);
      NodeId node = new NodeId(named.id().text(), incarnations.get(i));
      members.add(new Member(node, named.raft(), named.http(), /* voter= */ true));
    }
    return new Membership(members);
  }

  /**
   * Forms the cluster, or has the node that is to lead do it. Blocks.
   *
   * @param forwarded true if another node handed the request to this one as to the leader
   * @throws ClusterException if it cannot be done; which nodes were changed is in its text
   * @throws ConsensusException if the cluster is formed but does not serve by the deadline
   */
  Formed run(SetupRequest request, boolean forwarded, Deadline deadline) {
    ClusterRecord record = local.record();
    if (record != null) {
      SetupCheck.refuseOther(record, request);
    }
    Named self = self(request, deadline);
    if (!self.equals(request.leader())) {
      return handOn(request, self, forwarded, deadline);
    }
    lock(deadline);
    try {
      return lead(request, deadline);
    } finally {
      progress.done();
      oneAtATime.unlock();
    }
  }

  private void lock(Deadline deadline) {
    if (!await.lock(oneAtATime, deadline)) {
      throw ClusterException.conflict("another setup is under way at this node");
    }
  }

  /** Which of the nodes this one is. */
  private Named self(SetupRequest request, Deadline deadline) {
    HostPort bound = local.place().http();
    List<Named> own =
        request.nodes().stream()
            .filter(n -> local.place().matchHttp(n.http()) == Addresses.Match.OWN)
            .toList();
    if (own.isEmpty()) {
      own = answering(request, deadline);
    }
    if (own.size() == 1) {
      return own.get(0);
    }
    throw ClusterException.badRequest(
        own.isEmpty()
            ? "this node ('"
                + local.place().name()
                + "', HTTP "
                + bound
                + ") is not among the nodes named"
            : "the addresses "
                + own.get(0).http()
                + " and "
                + own.get(1).http()
                + " are the same node");
  }

  /** Where addresses are translated this node is found by who answers at them. */
  private List<Named> answering(SetupRequest request, Deadline deadline) {
    Deadline soon = await.forAnAnswer(deadline);
    List<CompletableFuture<Description>> asked =
        request.nodes().stream().map(n -> peers.describe(n.http(), soon)).toList();
    List<Named> own = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      Named named = request.nodes().get(i);
      try {
        Description answer = await.result(asked.get(i), soon, named.http().toString());
        if (answer.incarnation() == local.incarnation()) {
          own.add(named);
        }
      } catch (ClusterException notThere) {
        // Another node, or none; which of them does not matter here.
      }
    }
    return own;
  }

  private Formed handOn(SetupRequest request, Named self, boolean forwarded, Deadline deadline) {
    if (forwarded) {
      throw ClusterException.badRequest(
          "leaderAddr "
              + request.leader().http()
              + " is node '"
              + self.id()
              + "' at "
              + self.http()
              + ", not '"
              + request.leader().id()
              + "'");
    }
    progress.waitFor("setup: waiting for " + request.leader().http() + ", which is to lead");
    try {
      // Nothing is sent to what is not known to be a node, and nothing of its answer shown.
      Deadline soon = await.forAnAnswer(deadline);
      await.result(peers.describe(request.leader().http(), soon), soon, "the node to lead");
      return await.result(
          peers.setup(request.leader().http(), request, deadline), deadline, "the setup");
    } catch (ClusterException e) {
      ClusterRecord record = local.record();
      if (e.kind() == Kind.UNREACHABLE && !e.relayed() && record != null) {
        // Formed long ago; the node that led then need not be there for it to be so.
        return confirm(record, request, deadline);
      }
      throw e;
    } finally {
      progress.done();
    }
  }

  private Formed lead(SetupRequest request, Deadline deadline) {
    ClusterRecord record = local.record();
    if (record != null) {
      SetupCheck.refuseOther(record, request);
      if (record.settled() || !SetupCheck.isSame(record.initial(), request)) {
        return confirm(record, request, deadline);
      }
    }
    List<Description> asked = ask(request, deadline);
    if (record != null
        && asked.stream().anyMatch(d -> d.settled() && record.clusterId().equals(d.clusterId()))) {
      return confirm(record, request, deadline);
    }
    String clusterId = ownClusterId;
    Membership members =
        membership(request.nodes(), asked.stream().map(Description::incarnation).toList());
    for (int i = 0; i < asked.size(); i++) {
      Description node = asked.get(i);
      if (node.clusterId() != null) {
        SetupCheck.refuseMemberOfAnother(request, request.nodes().get(i), node);
        clusterId = node.clusterId();
        members = node.initial();
      }
    }
    SetupCheck.check(request, asked, clusterId, members);
    if (members.members().size() % 2 == 0) {
      LOG.warn(
          "{} members survive no more failures than {} would: an odd number is better",
          members.members().size(),
          members.members().size() - 1);
    }
    reserve(request, asked, clusterId, deadline);
    tell(request, clusterId, members, deadline);
    return settle(request, clusterId, deadline);
  }

  /** Round one: who is there? */
  private List<Description> ask(SetupRequest request, Deadline deadline) {
    Deadline soon = await.forAnAnswer(deadline);
    return each(request.nodes(), "an answer", soon, n -> peers.describe(n.http(), soon));
  }

  private void reserve(
      SetupRequest request, List<Description> asked, String clusterId, Deadline deadline) {
    Deadline soon = await.forAnAnswer(deadline);
    Map<Named, Long> incarnations = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      incarnations.put(request.nodes().get(i), asked.get(i).incarnation());
    }
    each(
        request.nodes(),
        "a promise",
        soon,
        n ->
            peers.reserve(
                n.http(),
                new Reservation(clusterId, incarnations.getOrDefault(n, 0L), n.http(), n.raft()),
                soon));
  }

  /**
   * Round two. The others are told while this node starts; whoever was told knows all that is
   * needed to finish, should one of them fail.
   */
  private void tell(SetupRequest request, String clusterId, Membership members, Deadline deadline) {
    List<Named> leaderLast = new ArrayList<>(request.nodes().subList(1, request.nodes().size()));
    leaderLast.add(request.leader());
    each(
        leaderLast,
        "it to become a member",
        deadline,
        named -> {
          Member member = members.find(named.id().text());
          if (member == null) {
            throw new IllegalStateException("checked before: " + named);
          }
          boolean lead = named.equals(request.leader());
          FormRequest order = new FormRequest(clusterId, member.node(), members, members, lead);
          if (!lead) {
            return peers.form(named.http(), order, deadline);
          }
          local.form(order);
          return CompletableFuture.<@Nullable Void>completedFuture(null);
        });
  }

  /**
   * Waits until this node leads, or the one that does cannot hand over; has that confirmed by a
   * first entry, and keeps it. On a busy machine another may lead before that entry is there.
   */
  private Formed settle(SetupRequest request, String clusterId, Deadline deadline) {
    Consensus consensus = local.consensus();
    progress.waitFor("setup: all are members; waiting for '" + request.leader().id() + "' to lead");
    RaftStatus status;
    do {
      if (!await.until(() -> isLedAsAsked(consensus.status(), request, deadline), deadline)) {
        throw new ClusterException(
            Kind.TIMEOUT,
            "all nodes are members of cluster "
                + clusterId
                + ", but '"
                + request.leader().id()
                + "' does not lead yet: repeat the request");
      }
      await.result(consensus.propose(new Command.Tick(), deadline), deadline, "a first entry");
      status = consensus.status();
    } while (!isLedAsAsked(status, request, deadline));
    local.settle();
    LOG.info("cluster {} is set up, {} members", clusterId, request.nodes().size());
    return formed(clusterId, status);
  }

  /** True if this node leads, or nobody can make it. If another leads, it is asked to hand over. */
  private boolean isLedAsAsked(RaftStatus status, SetupRequest request, Deadline deadline) {
    Member leader = status.leader();
    return leader != null
        && (leader.node().equals(status.self())
            || !askToHandOver(leader, request.leader().id(), deadline));
  }

  /** False if the engine cannot do that: whoever leads goes on. */
  private boolean askToHandOver(Member leader, MemberId to, Deadline deadline) {
    Deadline soon = await.forAnAnswer(deadline);
    try {
      await.result(
          peers.handOver(leader.http(), Optional.of(to), soon), soon, "the leader to hand over");
    } catch (ClusterException | ConsensusException e) {
      LOG.info("{} leads and does not hand over: {}", leader.id(), e.getMessage());
      return !(e instanceof ClusterException refusal && refusal.kind() == Kind.NOT_SUPPORTED);
    }
    return true;
  }

  /**
   * Says how a cluster is that was set up before. A node that is silent now may well be a member;
   * one that answers otherwise is none.
   */
  private Formed confirm(ClusterRecord record, SetupRequest request, Deadline deadline) {
    Deadline soon = await.forAnAnswer(deadline);
    Map<Named, CompletableFuture<Description>> asked = new LinkedHashMap<>();
    request.nodes().forEach(n -> asked.put(n, peers.describe(n.http(), soon)));
    asked.forEach(
        (named, answer) -> {
          try {
            Description node = await.result(answer, soon, named.http().toString());
            SetupCheck.refuseStranger(named, node, record);
          } catch (ClusterException e) {
            if (e.kind() != Kind.UNREACHABLE && e.kind() != Kind.TIMEOUT) {
              throw e;
            }
          }
        });
    Consensus consensus = local.consensus();
    await.result(consensus.readBarrier(deadline), deadline, "the leader");
    return formed(record.clusterId(), consensus.status());
  }

  private static Formed formed(String clusterId, RaftStatus status) {
    Member leader = status.leader();
    if (leader == null) {
      throw new ClusterException(Kind.NO_LEADER, "the leader has just changed");
    }
    return new Formed(clusterId, leader, status.membership());
  }

  /** Asks all at once and waits for all; the first failure counts and says whose it is. */
  private <T extends @Nullable Object> List<T> each(
      List<Named> nodes,
      String what,
      Deadline deadline,
      Function<Named, CompletableFuture<T>> ask) {
    List<CompletableFuture<T>> asked = nodes.stream().map(ask).toList();
    List<T> answers = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      Named named = nodes.get(i);
      String where = "node '" + named.id() + "' at " + named.http();
      progress.waitFor("setup: waiting for " + what + " from " + where);
      try {
        answers.add(await.result(asked.get(i), deadline, where));
      } catch (ClusterException e) {
        throw e.detail().contains(named.http().toString())
            ? e
            : new ClusterException(e.kind(), where + ": " + e.detail());
      }
    }
    return answers;
  }
}
