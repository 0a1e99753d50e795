package hraftd.raft.sim;

import hraftd.raft.NodeId;
import org.jspecify.annotations.Nullable;

/** A {@link Promise} does not hold. */
final class BrokenPromise extends AssertionError {

  private static final long serialVersionUID = 1;

  private final Promise promise;
  private final transient @Nullable NodeId node;

  /**
   * Seen just now.
   *
   * @param node where it shows; null if it is nobody's alone
   */
  BrokenPromise(Promise promise, @Nullable NodeId node, String message) {
    super(message);
    this.promise = promise;
    this.node = node;
  }

  Promise promise() {
    return promise;
  }

  @Nullable NodeId node() {
    return node;
  }
}
