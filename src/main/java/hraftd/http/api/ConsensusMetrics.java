package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.metrics.Labelled;
import hraftd.metrics.Metrics;
import hraftd.raft.ConsensusException;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import java.util.function.LongConsumer;

/** Counters and histograms of what consensus does. Thread-safe. */
public final class ConsensusMetrics implements RaftMeter {

  private final LongConsumer fsyncs;
  private final LongConsumer commits;
  private final LongConsumer applies;
  private final LongConsumer snapshots;
  private final Labelled<LongConsumer> roundTrips;
  private final Labelled<Runnable> connections;
  private final Runnable elections;
  private final Runnable leaderChanges;
  private final Labelled<Runnable> refused;
  private final Labelled<Runnable> unknown;

  /** Adds them. */
  public ConsensusMetrics(Metrics metrics) {
    fsyncs = metrics.timer("hraftd.raft.fsync", "Fsyncs of the log");
    commits =
        metrics.timer(
            "hraftd.raft.commit",
            "On the leader: from a batch of entries in its log to the quorum that has it");
    applies = metrics.timer("hraftd.raft.apply", "Commands applied to the state");
    snapshots = metrics.timer("hraftd.raft.snapshot", "Snapshots of the state written");
    roundTrips =
        metrics.timers(
            "hraftd.raft.round_trip",
            "On the leader: from a message to a member to its answer",
            "peer");
    connections =
        metrics.counters(
            "hraftd.raft.connections", "Connections that this node has opened to a member", "peer");
    elections =
        metrics.counter("hraftd.raft.elections", "Terms in which this node asked for votes");
    leaderChanges =
        metrics.counter(
            "hraftd.raft.leader_changes", "Terms whose leader this node has come to know");
    refused =
        metrics.counters(
            "hraftd.raft.proposals_refused",
            "Writes that did not happen, by the code of the answer",
            "code");
    unknown =
        metrics.counters(
            "hraftd.raft.proposals_unknown",
            "Writes of which it is not known whether they happened, by the code of the answer",
            "code");
  }

  @Override
  public void fsynced(long nanos) {
    fsyncs.accept(nanos);
  }

  @Override
  public void committed(long nanos) {
    commits.accept(nanos);
  }

  @Override
  public void applied(long nanos) {
    applies.accept(nanos);
  }

  @Override
  public void snapshotTaken(long nanos) {
    snapshots.accept(nanos);
  }

  @Override
  public void roundTrip(NodeId peer, long nanos) {
    roundTrips.of(peer.id()).accept(nanos);
  }

  @Override
  public void connected(NodeId peer) {
    connections.of(peer.id()).run();
  }

  @Override
  public void stoodForElection() {
    elections.run();
  }

  @Override
  public void leaderChanged() {
    leaderChanges.run();
  }

  @Override
  public void failed(ConsensusException why) {
    Labelled<Runnable> counters = why.outcomeUnknown() ? unknown : refused;
    counters.of(Problem.of(why).code().word()).run();
  }
}
