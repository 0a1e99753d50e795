/**
 * The durable log and the term: files that survive the loss of power at any moment, and tell a torn
 * end from damage. It implements {@code RaftLog} and {@code TermStore} of {@code hraftd.raft.core}
 * on a {@code hraftd.raft.disk}; {@code hraftd.raft.node} opens it.
 */
@NullMarked
package hraftd.raft.log;

import org.jspecify.annotations.NullMarked;
