/**
 * A persistent ordered map, a B+ tree that never changes: a frozen version costs a reference, and
 * writing one key copies the few nodes above it. For {@code hraftd.kv.state}.
 */
@NullMarked
package hraftd.kv.map;

import org.jspecify.annotations.NullMarked;
