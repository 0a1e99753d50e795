/**
 * One node's Raft, put together. {@link hraftd.raft.node.RaftLoop} is all that it does, batch by
 * batch and without a thread: requests go to Raft in groups, snapshots are begun, the status is
 * shown. {@link hraftd.raft.node.RaftConsensus} is what is around it: the Raft thread, the timer,
 * the transport, and {@link hraftd.raft.node.Stores}, opened together. The rest of hraftd opens a
 * node there and then only sees {@link hraftd.raft.Consensus}; the simulation runs the loop.
 */
@NullMarked
package hraftd.raft.node;

import org.jspecify.annotations.NullMarked;
