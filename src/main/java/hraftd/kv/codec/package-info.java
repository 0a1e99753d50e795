/**
 * The binary forms of commands, outcomes and items, in the log and in snapshots: versioned, the
 * same bytes for the same value on every machine, and believing nothing when they are read. For
 * {@code hraftd.kv.state} and whoever hands commands to consensus.
 */
@NullMarked
package hraftd.kv.codec;

import org.jspecify.annotations.NullMarked;
