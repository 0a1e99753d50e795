/**
 * The disk as the stores see it: the few operations that they need, so that tests can put one under
 * them that loses power, fills up or fails; the rule that the first failure is final; and the lock
 * that keeps a second process out. For {@code hraftd.raft.log}, {@code hraftd.raft.snapshot} and
 * {@code hraftd.raft.node}.
 */
@NullMarked
package hraftd.raft.disk;

import org.jspecify.annotations.NullMarked;
