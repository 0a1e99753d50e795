package hraftd.kv;

/**
 * This copy of the store is not what the log has made of it: broken memory or a defect has changed
 * it. The node cannot go on with it; the message is for the operator.
 */
public final class UnsoundCopyException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** With what was found. */
  public UnsoundCopyException(String message) {
    super(message);
  }

  /** None: where it was found says nothing. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** Its items do not give the hash that was carried on with each change. */
  public static UnsoundCopyException recounted(
      long revision, StateHash carried, StateHash counted) {
    return new UnsoundCopyException(
        "this node's copy at revision "
            + revision
            + " has changed by itself: its hash should be "
            + carried
            + " and is "
            + counted
            + ". Its memory, or what it runs on, is not to be trusted");
  }
}
