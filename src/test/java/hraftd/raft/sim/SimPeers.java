package hraftd.raft.sim;

import hraftd.cluster.Description;
import hraftd.cluster.FormRequest;
import hraftd.cluster.Formed;
import hraftd.cluster.JoinRequest;
import hraftd.cluster.Moved;
import hraftd.cluster.OverTheWire;
import hraftd.cluster.Peers;
import hraftd.cluster.Removal;
import hraftd.cluster.Reservation;
import hraftd.cluster.SetupRequest;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The other nodes, as one life of a simulated process reaches them. */
final class SimPeers implements Peers {

  private final SimHttp network;
  private final SimMachine from;
  private final SimTasks tasks;

  SimPeers(SimHttp network, SimMachine from, SimTasks tasks) {
    this.network = network;
    this.from = from;
    this.tasks = tasks;
  }

  private <T> CompletableFuture<T> send(
      HostPort to, Deadline deadline, SimHttp.Handler<T> handler) {
    long timeout = Math.max(SimCluster.MILLI, deadline.nanoTime() - tasks.nanoTime());
    return network.send(from, tasks::later, to, timeout, handler);
  }

  @SuppressWarnings("NullAway") // Void has no other value.
  private <T> CompletableFuture<Void> tell(
      HostPort to, Deadline deadline, SimHttp.Handler<T> handler) {
    return send(to, deadline, handler).thenApply(done -> null);
  }

  @Override
  public CompletableFuture<Description> describe(HostPort http, Deadline deadline) {
    return SimHttp.harmless(
            send(
                http,
                deadline,
                (life, until) -> CompletableFuture.completedFuture(life.parts.describe())))
        .thenApply(OverTheWire::description);
  }

  @Override
  public CompletableFuture<Void> reserve(HostPort http, Reservation r, Deadline deadline) {
    Reservation sent = OverTheWire.reservation(r);
    return SimHttp.harmless(tell(http, deadline, (life, until) -> life.parts.reserve(sent)));
  }

  @Override
  public CompletableFuture<Void> form(HostPort http, FormRequest request, Deadline deadline) {
    FormRequest sent = OverTheWire.form(request);
    return tell(http, deadline, (life, until) -> life.parts.form(sent));
  }

  @Override
  public CompletableFuture<Formed> setup(HostPort http, SetupRequest request, Deadline deadline) {
    SetupRequest sent = OverTheWire.setup(request);
    return send(http, deadline, (life, until) -> life.parts.setup(sent, true, until))
        .thenApply(OverTheWire::formed);
  }

  @Override
  public CompletableFuture<Membership> join(
      HostPort http, JoinRequest request, boolean toLeader, Deadline deadline) {
    JoinRequest sent = OverTheWire.join(request);
    return send(http, deadline, (life, until) -> life.parts.join(sent, toLeader, until))
        .thenApply(OverTheWire::members);
  }

  @Override
  public CompletableFuture<Membership> remove(HostPort http, MemberId id, Deadline deadline) {
    return send(http, deadline, (life, until) -> life.parts.remove(id, true, until))
        .thenApply(OverTheWire::members);
  }

  @Override
  public CompletableFuture<Void> handOver(HostPort http, Optional<MemberId> to, Deadline deadline) {
    return tell(http, deadline, (life, until) -> life.parts.handOver(to, until));
  }

  @Override
  public CompletableFuture<Membership> moved(HostPort http, Moved moved, Deadline deadline) {
    Moved sent = OverTheWire.moved(moved);
    return send(http, deadline, (life, until) -> life.parts.moved(sent, until))
        .thenApply(OverTheWire::whereabouts);
  }

  @Override
  public CompletableFuture<Void> removed(HostPort http, Removal removal, Deadline deadline) {
    Removal sent = OverTheWire.removal(removal);
    return tell(http, deadline, (life, until) -> life.parts.removed(sent));
  }

  @Override
  public CompletableFuture<Void> stop(HostPort http, boolean all, Deadline deadline) {
    throw new UnsupportedOperationException("nobody is told to stop here");
  }
}
