package hraftd.raft.sim;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.core.LeadershipTransfer;
import hraftd.raft.core.MembershipChange;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import java.util.concurrent.CompletableFuture;

/**
 * The Raft of a simulated process, as the classes of {@code hraftd.cluster} see it: what {@link
 * hraftd.raft.node.RaftConsensus} is around the real loop.
 */
final class SimConsensus implements Consensus {

  private final SimNode node;
  private final SimProcess process;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  /** Of the process that runs on this node now. */
  SimConsensus(SimNode node) {
    this.node = node;
    process = node.process();
  }

  private <T> CompletableFuture<T> submit(PendingRequest<T> request) {
    if (!process.alive()) {
      return CompletableFuture.failedFuture(new ConsensusException.Stopping());
    }
    if (status().role() == RaftStatus.Role.REMOVED) {
      return CompletableFuture.failedFuture(new ConsensusException.Removed());
    }
    try {
      process.submit(request);
    } catch (ConsensusException.Overloaded e) {
      request.end(e);
    }
    return request.answer();
  }

  @Override
  public CompletableFuture<Outcome> propose(Command command, Deadline deadline) {
    return submit(
        new PendingWrite(
            CommandCodec.encode(command), /* grows= */ false, now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Void> readBarrier(Deadline deadline) {
    return submit(new PendingRead(now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Membership> add(Member member, Deadline deadline) {
    return submit(MembershipChange.add(member, now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Membership> replace(Member member, NodeId replaced, Deadline deadline) {
    return submit(MembershipChange.replace(member, replaced, now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Membership> remove(String id, Deadline deadline) {
    return submit(MembershipChange.remove(id, now(), deadline.nanoTime()));
  }

  @Override
  public CompletableFuture<Void> transferLeadership(String id, Deadline deadline) {
    return submit(new LeadershipTransfer(id, now(), deadline.nanoTime()));
  }

  private long now() {
    return process.nanoTime();
  }

  @Override
  public boolean isWhole() {
    return true;
  }

  @Override
  public RaftStatus status() {
    return process.status();
  }

  @Override
  public long clockMillis() {
    return process.clockMillis();
  }

  @Override
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  /** All that was written is kept. */
  @Override
  public void close() {
    if (process.alive()) {
      process.close();
      node.crash(SimStorage.Remains.WRITTEN);
    }
  }
}
