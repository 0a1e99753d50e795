package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.metrics.Metrics;
import hraftd.raft.RaftStatus;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gauges of the store and of consensus; NaN while the node belongs to no cluster. */
final class StoreMetrics {

  /** Many heartbeats: so long without an answer is no accident. */
  private static final Duration SILENT = Duration.ofSeconds(2);

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
        "hraftd.store.keys_with_ttl",
        "Keys in the store that disappear by themselves",
        store -> store.state().view().expiring());
    gauge(
        metrics,
        stores,
        "hraftd.raft.rivals",
        "What is known of two processes that are one node",
        store -> store.consensus().rivals().size());
    gauge(
        metrics,
        stores,
        "hraftd.watchers",
        "Clients that watch this node",
        store -> store.watchers().count());
    gauge(
        metrics,
        stores,
        "hraftd.waiting.reads",
        "Reads that wait for a key to change",
        store -> store.waits().count());
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
        "hraftd.raft.log_bytes",
        "What the log takes on the disk",
        RaftStatus::logBytes);
    raft(
        metrics,
        stores,
        "hraftd.raft.snapshot_bytes",
        "What the newest snapshot takes on the disk",
        RaftStatus::snapshotBytes);
    raft(
        metrics,
        stores,
        "hraftd.raft.may_vote",
        "0 if this node has lost entries and does not vote until it has them again",
        status -> status.withoutVote().isEmpty() ? 1 : 0);
    raft(
        metrics,
        stores,
        "hraftd.raft.voters_silent",
        "On the leader: voters that have not answered for 2 s; 0 on others",
        StoreMetrics::silentVoters);
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
    peers(
        metrics,
        stores,
        "hraftd.raft.peer_lag_entries",
        "On the leader: entries that this member does not have on its disk yet",
        (status, peer) -> (double) Math.max(0, status.lastIndex() - peer.matchIndex()));
    peers(
        metrics,
        stores,
        "hraftd.raft.peer_contact_age_seconds",
        "On the leader: the time since this member last answered",
        (status, peer) -> peer.sinceContact().toNanos() / 1e9);
  }

  private static long silentVoters(RaftStatus status) {
    return status.peers().stream()
        .filter(peer -> peer.member().voter() && peer.sinceContact().compareTo(SILENT) > 0)
        .count();
  }

  private static void peers(
      Metrics metrics,
      Supplier<@Nullable Store> stores,
      String name,
      String description,
      BiFunction<RaftStatus, RaftStatus.Peer, Double> value) {
    metrics.gauges(
        name,
        description,
        "peer",
        () -> {
          RaftStatus status = status(stores);
          Map<String, Double> values = new TreeMap<>();
          if (status != null) {
            status
                .peers()
                .forEach(peer -> values.put(peer.member().id(), value.apply(status, peer)));
          }
          return values;
        });
  }

  private static @Nullable RaftStatus status(Supplier<@Nullable Store> stores) {
    try {
      Store store = stores.get();
      return store == null ? null : store.consensus().status();
    } catch (Problem notServing) {
      return null;
    }
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
