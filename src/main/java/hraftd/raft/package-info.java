/**
 * What the rest of hraftd sees of consensus: {@link hraftd.raft.Consensus}, why a request to it has
 * no result, and the values beside it. No logic. Every package may call it but {@code hraftd.kv},
 * {@code hraftd.watch} and {@code hraftd.metrics}, which know nothing of consensus.
 */
@NullMarked
package hraftd.raft;

import org.jspecify.annotations.NullMarked;
