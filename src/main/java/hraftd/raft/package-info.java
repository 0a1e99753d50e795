/**
 * Consensus: Raft as in Ongaro's dissertation, on the transport and the protocol thread of
 * jgroups-raft. The only package that knows {@code org.jgroups}; the others see {@link
 * hraftd.raft.Consensus} and the records beside it.
 */
@NullMarked
package hraftd.raft;

import org.jspecify.annotations.NullMarked;
