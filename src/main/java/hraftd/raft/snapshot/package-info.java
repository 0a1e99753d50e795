/**
 * Snapshots: their files, and how one is written, received and read. It implements {@code
 * SnapshotStore} of {@code hraftd.raft.core} on a {@code hraftd.raft.disk}; {@code
 * hraftd.raft.node} opens it.
 */
@NullMarked
package hraftd.raft.snapshot;

import org.jspecify.annotations.NullMarked;
