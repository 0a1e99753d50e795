/**
 * The state itself, {@link hraftd.kv.state.KvState}, and how it goes from one entry to the next;
 * its snapshots. For {@code hraftd.raft.node}, which applies to it, and for those who read it.
 */
@NullMarked
package hraftd.kv.state;

import org.jspecify.annotations.NullMarked;
