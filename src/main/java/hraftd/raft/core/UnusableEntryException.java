package hraftd.raft.core;

/**
 * The log holds an entry that cannot be applied: an older version has let it in, or a newer one
 * knows more than this one. The node cannot go on, and not start either; the message is for the
 * operator.
 */
public final class UnusableEntryException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  UnusableEntryException(Entry entry, String fault) {
    super(
        "the log's entry "
            + entry.index()
            + " of term "
            + entry.term()
            + " cannot be applied: "
            + fault);
  }

  /** None: where it was found says nothing, and which entry it is must not be lost in it. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
