/**
 * The replicated map and the commands on it: no I/O, no threads, no clock, so that every node that
 * applies the same log has the same state, byte for byte. Everyone may call it; it calls nobody.
 */
@NullMarked
package hraftd.kv;

import org.jspecify.annotations.NullMarked;
