package hraftd.http.api;

import hraftd.http.Problem;
import org.jspecify.annotations.Nullable;

/**
 * The id of an event: the revision up to which its reader has seen all, and the cluster that counts
 * it. As text {@code 17@5aad9232}, or the number alone, which means any cluster.
 *
 * @param revision at least 0
 * @param cluster the beginning of the cluster's id; null: not said
 */
record EventId(long revision, @Nullable String cluster) {

  /** So many characters tell clusters apart: no id can be forged by that, only mixed up. */
  private static final int CLUSTER_CHARS = 8;

  /**
   * Reads one.
   *
   * @param where it was given, for the error
   * @throws Problem 400 if it is none
   */
  static EventId parse(String text, String where) {
    int at = text.indexOf('@');
    String number = at < 0 ? text : text.substring(0, at);
    try {
      long revision = Long.parseLong(number);
      if (revision >= 0) {
        return new EventId(revision, at < 0 ? null : text.substring(at + 1));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Problem.badRequest("'" + where + "' is not an id of this stream");
  }

  /** True unless it says that it is of another cluster than this one. */
  boolean isOf(String clusterId) {
    return cluster == null || cluster.equals(beginning(clusterId));
  }

  /** What follows the revision in the ids of a cluster's events. */
  static String suffix(String clusterId) {
    return "@" + beginning(clusterId);
  }

  private static String beginning(String clusterId) {
    return clusterId.substring(0, Math.min(CLUSTER_CHARS, clusterId.length()));
  }
}
