package hraftd.raft;

import java.io.IOException;

/**
 * A member's files are gone, or are those of a member that is not known any more: starting again
 * does not help. The message tells the operator what does.
 */
public final class UnusableFilesException extends IOException {

  /** Says what is wrong and what to do. */
  public UnusableFilesException(String message) {
    super(message);
  }
}
