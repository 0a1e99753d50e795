package hraftd;

import hraftd.cluster.PeerStreams;
import hraftd.events.EventFiles;
import hraftd.events.EventHub;
import hraftd.events.EventMeter;
import hraftd.events.MemberStreams;
import hraftd.events.Recorder;
import hraftd.events.TimelineMoment;
import hraftd.events.Traffic;
import hraftd.fatal.FatalErrors;
import hraftd.http.api.ConsensusMetrics;
import hraftd.kv.state.KvState;
import hraftd.metrics.Metrics;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.security.WallClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one node tells of itself: the hub of its events, and who feeds it. Thread-safe. */
final class NodeEvents {

  /** How another member is asked for its own events alone. */
  private static final String OWN = "/events?own";

  /** How it is asked for what it has kept. */
  private static final String RECORDING = "/events?own&download";

  private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);

  private final String version;
  private final @Nullable Path directory;
  private final EventHub hub;
  private final EventMeter meter;
  private final Traffic traffic = new Traffic();
  private final NodeVitals vitals;
  private volatile boolean failed;
  private volatile LongSupplier watchers = () -> 0;

  /**
   * Of a node that is a member of nothing yet.
   *
   * @param metrics where it is counted
   * @param directory where the node keeps its data; null: nowhere
   * @param state its copy
   */
  NodeEvents(
      String version,
      Metrics metrics,
      NodeSecurity security,
      @Nullable Path directory,
      KvState state) {
    this.version = version;
    PeerStreams others = new PeerStreams(security.peerProof(), security.peerTls());
    hub =
        new EventHub(
            NodeEvents::micros, System::nanoTime, streams(others, OWN), streams(others, RECORDING));
    meter = new EventMeter(new ConsensusMetrics(metrics), hub, System::nanoTime);
    metrics.gauge("hraftd.events.readers", "Clients that read this node's events", hub::readers);
    this.directory = directory;
    vitals =
        new NodeVitals(
            version,
            directory,
            state,
            meter.times(),
            traffic,
            () -> watchers.getAsLong(),
            metrics::failures,
            System::nanoTime);
  }

  private static MemberStreams streams(PeerStreams others, String target) {
    return (http, line, ended) -> {
      PeerStreams.Stream opened = others.open(http, target, line, ended);
      return opened::close;
    };
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, WallClock.now());
  }

  EventHub hub() {
    return hub;
  }

  /** For consensus, in place of the one that only counts. */
  RaftMeter meter() {
    return meter;
  }

  /** Counts what clients do. */
  Traffic traffic() {
    return traffic;
  }

  /** Who says how many watch. */
  void watchers(LongSupplier count) {
    watchers = count;
  }

  /** For consensus, as it begins as this member. */
  RaftObserver observer(NodeId self, String clusterId) {
    Recorder observer = hub.member(self, clusterId);
    observer.vitals(vitals);
    hub.tell(TimelineMoment.of("started", self.id() + " starts: hraftd " + version));
    return observer;
  }

  /** The node stops: readers are told, and their streams end. */
  void stopping() {
    if (!failed) {
      hub.tell(TimelineMoment.of("stopped", "this node stops"));
    }
    hub.close();
  }

  /** The node stops by itself. Never throws: it has to go on stopping. */
  void failed(Throwable cause) {
    failed = true;
    try {
      hub.tell(TimelineMoment.of("fault", "this node stops itself: " + cause.getMessage()));
    } catch (RuntimeException | Error e) {
      FatalErrors.check(e);
      LOG.warn("who reads the events is not told why this node stops: {}", e.toString());
    }
  }

  /**
   * Keeps what there was of events when the node stopped itself, for who wants to know why. Never
   * throws.
   */
  void keep(Throwable cause) {
    if (directory == null) {
      return;
    }
    try {
      Path file =
          EventFiles.write(directory, hub, WallClock.now(), String.valueOf(cause.getMessage()));
      LOG.warn("what happened before is in {}", file);
    } catch (IOException | RuntimeException | Error e) {
      FatalErrors.check(e);
      LOG.warn("the events could not be kept: {}", e.toString());
    }
  }
}
