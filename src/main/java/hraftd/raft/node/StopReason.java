package hraftd.raft.node;

import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Why a node stops by itself, in words for its operator. Stateless. */
final class StopReason {

  private static final String UNKNOWN_CONTENT =
      ". Nobody knows what of that is on the disk now, so this node may not go on. What it has"
          + " acknowledged before is safe. Look at the disk; start the node again if that is well,"
          + " else replace it";

  private StopReason() {}

  /** What has happened, what it means, and what to do. */
  static String of(Throwable cause) {
    Throwable what = cause;
    while (what instanceof UncheckedIOException && what.getCause() != null) {
      what = what.getCause();
    }
    if (what instanceof StoreDamagedException) {
      return String.valueOf(what.getMessage());
    }
    return what instanceof IOException
        ? said((IOException) what) + UNKNOWN_CONTENT
        : what.toString();
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
