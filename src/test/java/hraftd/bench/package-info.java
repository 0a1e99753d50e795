/**
 * Measures a real cluster beside its peers: the same load, the same machine, one after the other.
 * Started by {@code scripts/bench}. Nothing here is part of the shipped jar.
 */
@NullMarked
package hraftd.bench;

import org.jspecify.annotations.NullMarked;
