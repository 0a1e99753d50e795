/**
 * What a cluster is to one node: who it is itself (data directory, incarnation), whom it belongs to
 * (cluster id, members, addresses, kept on disk), and how that changes: setup, join, remove and
 * shutdown, with the requests that nodes send each other over HTTP for it. The HTTP layer and the
 * wiring call it; it knows consensus only as {@link hraftd.raft.Consensus}.
 */
@NullMarked
package hraftd.cluster;

import org.jspecify.annotations.NullMarked;
