/**
 * Raft itself, as in Ongaro's dissertation "Consensus: Bridging Theory and Practice": {@link
 * hraftd.raft.core.Raft} and what it does in each {@link hraftd.raft.core.Role}, the messages, and
 * the ports behind which the log, the snapshots and the rest of the world are. Deterministic: no
 * file, socket, thread, logger or clock, no randomness but what is handed in. That is why the
 * simulation can run it under a clock of its own, and why it can be read alone. Start with {@code
 * Raft}, then {@code Follower} and {@code Leader}. Only {@code hraftd.raft.*} may call it.
 */
@NullMarked
package hraftd.raft.core;

import org.jspecify.annotations.NullMarked;
