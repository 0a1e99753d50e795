package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.metrics.Metrics;
import hraftd.raft.RaftStatus;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gauges of the store and of consensus; NaN while the node belongs to no cluster. */
final class StoreMetrics {

  private StoreMetrics() {}

  /** Adds them. */
  static void register(Metrics metrics, Supplier<@Nullable Store> stores) {
    gauge(
        metrics,
        stores,
        "hraftd.store.revision",
        "The store's revision on this node",
        store -> store.state().view().revision());
    gauge(
        metrics,
        stores,
        "hraftd.store.keys",
        "Keys in the store",
        store -> store.state().view().size());
    gauge(
        metrics,
        stores,
        "hraftd.watchers",
        "Clients that watch this node",
        store -> store.watchers().count());
    gauge(
        metrics,
        stores,
        "hraftd.scrub.rounds",
        "How often all files were read to find damage, since the start",
        store -> store.consensus().scrubbed().rounds());
    gauge(
        metrics,
        stores,
        "hraftd.scrub.damages",
        "Damage that was found so since the start, and mended",
        store -> store.consensus().scrubbed().damages());
    raft(metrics, stores, "hraftd.raft.term", "This node's term", RaftStatus::term);
    raft(
        metrics,
        stores,
        "hraftd.raft.leader",
        "1 if this node leads",
        status -> status.role() == RaftStatus.Role.LEADER ? 1 : 0);
    raft(
        metrics,
        stores,
        "hraftd.raft.has_leader",
        "1 if this node knows a leader",
        status -> status.leader() == null ? 0 : 1);
    raft(
        metrics,
        stores,
        "hraftd.raft.voters",
        "Voters in the configuration",
        status -> status.membership().voters().size());
    raft(
        metrics,
        stores,
        "hraftd.raft.first_index",
        "The first entry in the log",
        RaftStatus::firstIndex);
    raft(
        metrics,
        stores,
        "hraftd.raft.last_index",
        "The last entry in the log",
        RaftStatus::lastIndex);
    raft(
        metrics,
        stores,
        "hraftd.raft.commit_index",
        "The last entry known to be committed",
        RaftStatus::commitIndex);
    raft(
        metrics,
        stores,
        "hraftd.raft.applied_index",
        "The last entry applied",
        RaftStatus::appliedIndex);
    raft(
        metrics,
        stores,
        "hraftd.raft.snapshot_index",
        "The last entry in the newest snapshot",
        RaftStatus::snapshotIndex);
    raft(
        metrics,
        stores,
        "hraftd.raft.behind_seconds",
        "The age of the newest confirmation that this copy is complete",
        status -> status.behind() == null ? Double.NaN : status.behind().toNanos() / 1e9);
    raft(
        metrics,
        stores,
        "hraftd.raft.disk_full",
        "1 while writes are refused",
        status -> status.diskFull() ? 1 : 0);
    raft(
        metrics,
        stores,
        "hraftd.raft.memory_full",
        "1 while writes are refused for want of heap",
        status -> status.memoryFull() ? 1 : 0);
  }

  private static void raft(
      Metrics metrics,
      Supplier<@Nullable Store> stores,
      String name,
      String description,
      Function<RaftStatus, Number> value) {
    gauge(metrics, stores, name, description, store -> value.apply(store.consensus().status()));
  }

  private static void gauge(
      Metrics metrics,
      Supplier<@Nullable Store> stores,
      String name,
      String description,
      Function<Store, Number> value) {
    metrics.gauge(
        name,
        description,
        () -> {
          try {
            Store store = stores.get();
            return store == null ? Double.NaN : value.apply(store);
          } catch (Problem notServing) {
            return Double.NaN;
          }
        });
  }
}
