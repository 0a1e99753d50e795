package hraftd.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.cluster.ClusterException.Kind;
import hraftd.kv.CopyComparison;
import hraftd.kv.KvView;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that the HTTP layer can ask about the cluster, and what has to be done all the time for it.
 * Requests run on a few threads of their own, since they wait for other nodes: no method blocks,
 * any thread may call. Futures fail with a {@link ClusterException} or a {@link
 * hraftd.raft.ConsensusException}, never wrapped.
 */
public final class Cluster implements AutoCloseable {

  private final LocalNode local;
  private final Peers peers;
  private final Supplier<KvView> store;
  private final Activity progress = new Activity();
  private final Setup setup;
  private final Members members;
  private final Transfer transfer;
  private final Shutdown shutdown;
  private final Absentees absentees;
  private final FileScrub scrub;
  private final StatusReport report;
  private final MembershipKeeper keeper;
  private final Relocations relocations;
  private final Replacements replacements;
  private final ClusterThreads threads;
  private final CopyCheck copies;
  private final Recount recount;

  /**
   * Starts nothing yet but threads that idle.
   *
   * @param compareEvery how often the copies of all members are compared, if anything has changed
   * @param engine what consensus is made by
   * @param version the program's, for people
   * @param protection of this node, for people
   */
  public Cluster(
      LocalNode local,
      Peers peers,
      Supplier<KvView> store,
      Duration compareEvery,
      ConsensusEngine engine,
      String version,
      Protection protection) {
    this.local = local;
    this.peers = peers;
    this.store = store;
    setup = new Setup(local, peers, progress);
    members = new Members(local, peers, progress);
    transfer = new Transfer(local, peers);
    shutdown = new Shutdown(local, peers);
    copies = new CopyCheck(local, store, compareEvery, local.await()::nanoTime);
    recount = new Recount(store, compareEvery, local::fail);
    absentees = new Absentees(local, peers, local.await().threads().wallClock());
    scrub = new FileScrub(local);
    report =
        new StatusReport(local, progress, copies, absentees, scrub, engine, version, protection);
    keeper = new MembershipKeeper(local, peers);
    relocations = new Relocations(local, peers);
    threads = local.await().threads();
    replacements = new Replacements(local, members, threads::execute);
  }

  /**
   * Starts what goes on all the time.
   *
   * @param scrubbing how often the small files are read again; zero: never
   */
  public void start(Duration scrubbing) {
    if (!scrubbing.isZero()) {
      threads.every(scrubbing, scrub);
    }
    threads.every(ExpirySweeper.INTERVAL, new ExpirySweeper(local, store, local.await()::nanoTime));
    threads.every(MembershipKeeper.INTERVAL, keeper);
    threads.every(Replacements.INTERVAL, replacements);
    threads.every(CopyCheck.INTERVAL, copies);
    threads.every(RepeatsRule.INTERVAL, new RepeatsRule(local, store));
    threads.every(OlderMembers.INTERVAL, new OlderMembers(local, store));
    recount.start();
    threads.every(MembershipKeeper.INTERVAL, relocations);
    threads.every(Duration.ofSeconds(1), progress::log);
    threads.every(Absentees.INTERVAL, absentees);
  }

  /**
   * Has this node added to a cluster, or moved to its new addresses, as soon as that can be done.
   *
   * @param targets nodes to ask
   * @param voter false to join without a vote
   */
  public void join(List<HostPort> targets, boolean voter) {
    Joiner joiner = new Joiner(local, peers, progress, targets, voter);
    if (joiner.isNeeded()) {
      untilDone(joiner::run);
    }
  }

  /**
   * Tells the members where this one is now, until the membership says so.
   *
   * @param others where they are, if they have moved as well; empty: where they were
   */
  public void move(List<HostPort> others) {
    untilDone(new Mover(local, peers, relocations, progress, others)::run);
  }

  /**
   * Forms the cluster of these nodes as soon as all of them answer, if this one belongs to none.
   */
  public void setUp(SetupRequest request) {
    untilDone(new AutomaticSetup(local, setup, progress, request)::run);
  }

  private void untilDone(Runnable task) {
    run(() -> {
          task.run();
          return true;
        })
        .exceptionally(
            failure -> {
              local.fail(failure);
              return false;
            });
  }

  private <T> CompletableFuture<T> run(Supplier<T> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      threads.execute(
          () -> {
            try {
              answer.complete(request.get());
            } catch (RuntimeException | Error e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          local.isStopping()
              ? new ClusterException(Kind.SHUTTING_DOWN, "this node is shutting down")
              : new ClusterException(
                  Kind.OVERLOADED,
                  ClusterThreads.MAX_REQUESTS + " requests about the cluster are under way"));
    }
    return answer;
  }

  /**
   * Forms a cluster.
   *
   * @param forwarded true if another node handed the request on
   */
  public CompletableFuture<Formed> setup(
      SetupRequest request, boolean forwarded, Deadline deadline) {
    return run(() -> setup.run(request, forwarded, deadline));
  }

  /**
   * Adds or moves a member.
   *
   * @param forwarded true if another node handed the request on
   */
  public CompletableFuture<Membership> join(
      JoinRequest request, boolean forwarded, Deadline deadline) {
    return run(() -> members.join(request, forwarded, deadline));
  }

  /**
   * Removes a member.
   *
   * @param forwarded true if another node handed the request on
   */
  public CompletableFuture<Membership> remove(MemberId id, boolean forwarded, Deadline deadline) {
    return run(() -> members.remove(id, forwarded, deadline));
  }

  /**
   * Lets another member lead, whichever node does now; says who leads then.
   *
   * @param to the member to lead; empty: the one that is most fit to
   */
  public CompletableFuture<Leadership> transfer(Optional<MemberId> to, Deadline deadline) {
    return run(() -> transfer.run(to, deadline));
  }

  /** Lets another member lead, if this node does; see {@link #transfer}. */
  public CompletableFuture<Boolean> handOver(Optional<MemberId> to, Deadline deadline) {
    return run(
        () -> {
          transfer.handOver(to, deadline);
          return true;
        });
  }

  /** Keeps this node free for a cluster; gives its description. */
  public CompletableFuture<Description> reserve(Reservation reservation) {
    return run(
        () -> {
          local.reserve(reservation);
          return describe();
        });
  }

  /** Makes this node a member; gives its description. */
  public CompletableFuture<Description> form(FormRequest request) {
    return run(
        () -> {
          local.form(request);
          return describe();
        });
  }

  /** This node is told where a member is now; gives where it knows the members to be. */
  public CompletableFuture<Membership> moved(Moved moved, Deadline deadline) {
    return run(() -> relocations.told(moved, deadline));
  }

  /** This node is told that it is no member any more; gives its description. */
  public CompletableFuture<Description> removed(Removal removal) {
    return run(
        () -> {
          local.remove(removal);
          return describe();
        });
  }

  /** Tells the other nodes to stop; this one is listed as stopped, and the caller stops it. */
  public CompletableFuture<Stopped> stopOthers(Optional<SetupRequest> named, Deadline deadline) {
    return run(() -> shutdown.others(named, deadline));
  }

  /** This node's id for people. */
  public String ownId() {
    return shutdown.ownId();
  }

  /** Who this node is, for other nodes. */
  public Description describe() {
    return describe(local);
  }

  static Description describe(LocalNode local) {
    ClusterRecord record = local.record();
    if (record == null) {
      return new Description(
          local.place().name(),
          local.incarnation(),
          local.process(),
          Description.State.WAITING,
          null,
          null,
          Membership.EMPTY,
          Membership.EMPTY,
          /* settled= */ false,
          /* leads= */ false);
    }
    Consensus consensus = local.consensusOrNull();
    RaftStatus status = consensus == null ? null : consensus.status();
    Membership confirmed = status == null ? null : MembershipKeeper.confirmed(status);
    return new Description(
        local.place().name(),
        local.incarnation(),
        local.process(),
        record.removed() ? Description.State.REMOVED : Description.State.MEMBER,
        record.clusterId(),
        record.self().id(),
        record.initial(),
        confirmed == null ? record.newest() : confirmed,
        record.settled(),
        confirmed != null);
  }

  /** The body of /status. */
  public ObjectNode status() {
    return report.tree(store.get());
  }

  /** What this node does not do although it is ready, in one line; empty if it does all. */
  public String restriction() {
    return report.restriction();
  }

  /** The revision at which the copies were last found to be the same; 0 if that is not known. */
  public long comparedRevision() {
    CopyComparison.At agreed = copies.agreed();
    return agreed == null ? 0 : agreed.revision();
  }

  /** How many members' copies the newest comparison has found wrong. */
  public int wrongCopies() {
    CopyVerdict verdict = copies.verdict();
    return verdict == null ? 0 : verdict.wrong();
  }

  /** Why this node is not ready, in one line; null if it is. */
  public @Nullable String notReady() {
    return report.notReady();
  }

  /** Ends requests under way and what goes on all the time. */
  @Override
  public void close() {
    local.stopping();
    recount.close();
    threads.close();
  }
}
