/**
 * Raft itself, as in Ongaro's dissertation "Consensus: Bridging Theory and Practice", whose
 * sections are given in brackets throughout.
 *
 * <p>Deterministic: no file, socket, thread, logger or clock, no randomness but what is handed in.
 * That is why the simulation can run it under a clock of its own, and why it can be read alone.
 * Everything is owned by one thread, but for {@link hraftd.raft.core.PendingRequest} and {@link
 * hraftd.raft.core.InFlight}, which the callers' threads see too. Only {@code hraftd.raft.*} may
 * call it.
 *
 * <p>What to read, in this order:
 *
 * <ol>
 *   <li>{@link hraftd.raft.core.Message}, what nodes say to each other (figure 3.1), and the ports
 *       behind which the rest of the world is: {@link hraftd.raft.core.RaftLog} with its {@link
 *       hraftd.raft.core.Entry}, {@link hraftd.raft.core.TermStore}, {@link
 *       hraftd.raft.core.SnapshotStore}, {@link hraftd.raft.core.RaftHost}.
 *   <li>{@link hraftd.raft.core.Raft}: one node, and the way of a message and of a batch through
 *       it; {@link hraftd.raft.core.Role}, what it is at the moment (3.3).
 *   <li>{@code Follower}: what it verifies and stores (3.5, 5.3); {@code Acknowledgements}: what it
 *       says of that, and when.
 *   <li>{@code Candidate} and {@code Answers}: elections (3.4, 3.6.1, 9.6) and who is kept from
 *       calling one (4.2.3).
 *   <li>{@link hraftd.raft.core.Leader}: one term from its empty entry on (3.6.2). Its parts:
 *       {@code Replicas} and {@link hraftd.raft.core.Progress}, what each of the others has and is
 *       sent (3.5, 10.2.2); {@code Quorum}, what a majority has, has heard and has confirmed.
 *   <li>{@code Applier}: from the log into the state machine (3.5), snapshots (chapter 5), and the
 *       end of a membership (4.2.2).
 *   <li>{@link hraftd.raft.core.PendingRequest}, {@code Proposals} and {@code ForwardedProposals}:
 *       a write from its client to its outcome, at most once (6.3).
 *   <li>{@code ReadRounds}, {@code Confirmers} and {@code FollowerReads}: linearizable reads that
 *       write nothing (6.4).
 *   <li>{@link hraftd.raft.core.Configurations} and {@link hraftd.raft.core.MembershipChange}: who
 *       belongs to the cluster (chapter 4); {@code Handover}: who leads it next (3.10).
 * </ol>
 */
@NullMarked
package hraftd.raft.core;

import org.jspecify.annotations.NullMarked;
