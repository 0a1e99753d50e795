package hraftd.http.api;

import hraftd.cluster.Cluster;
import hraftd.metrics.Metrics;

/** Gauges of how the copies of the members compare. */
public final class CopyMetrics {

  private CopyMetrics() {}

  /** Adds them. */
  public static void register(Metrics metrics, Cluster cluster) {
    metrics.gauge(
        "hraftd.copies.compared_revision",
        "The revision at which the copies were last found to be the same, 0 if not yet",
        cluster::comparedRevision);
    metrics.gauge(
        "hraftd.copies.wrong",
        "Members whose copies the newest comparison has found wrong",
        cluster::wrongCopies);
  }
}
