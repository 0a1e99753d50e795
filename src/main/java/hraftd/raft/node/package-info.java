/**
 * One node's Raft, put together: the Raft thread, requests from other threads on their way to it
 * and back as futures, and the stores, opened together. The rest of hraftd opens a node here and
 * then only sees {@link hraftd.raft.Consensus}.
 */
@NullMarked
package hraftd.raft.node;

import org.jspecify.annotations.NullMarked;
