/**
 * The replicated map as the rest of hraftd sees it: keys, items, the commands that change them,
 * what a command gave, and a view of the whole at one revision. Pure, as everything below {@code
 * hraftd.kv}: no I/O, no threads, no clock, so that every node that applies the same log has the
 * same state. Every package may call it.
 */
@NullMarked
package hraftd.kv;

import org.jspecify.annotations.NullMarked;
