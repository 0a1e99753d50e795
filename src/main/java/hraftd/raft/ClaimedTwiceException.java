package hraftd.raft;

/**
 * Another process is this node too, and was before: a data directory was copied, or a machine
 * cloned. The node must stop; no start mends it while the other one runs. The message is for the
 * operator and names both addresses.
 */
public final class ClaimedTwiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What is said of both; without a stack trace, as no code is to blame. */
  public ClaimedTwiceException(String message) {
    super(message, null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
  }
}
