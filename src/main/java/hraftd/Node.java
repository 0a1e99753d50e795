package hraftd;

import hraftd.cluster.Cluster;
import hraftd.cluster.ClusterException;
import hraftd.cluster.ClusterRecord;
import hraftd.cluster.ConsensusFactory;
import hraftd.cluster.DataDirectory;
import hraftd.cluster.HttpPeers;
import hraftd.cluster.Identity;
import hraftd.cluster.InMemoryIdentity;
import hraftd.cluster.LocalNode;
import hraftd.fatal.FatalErrors;
import hraftd.http.HostCheck;
import hraftd.http.HttpServer;
import hraftd.http.OriginCheck;
import hraftd.http.PortTakenException;
import hraftd.http.RequestCheck;
import hraftd.http.Route;
import hraftd.http.api.Api;
import hraftd.http.api.ClusterProblems;
import hraftd.http.api.ClusterResource;
import hraftd.http.api.CopyForStudy;
import hraftd.http.api.CopyMetrics;
import hraftd.http.api.HealthResource;
import hraftd.http.api.ParameterHints;
import hraftd.http.api.PeerResource;
import hraftd.http.api.Store;
import hraftd.kv.state.KvState;
import hraftd.metrics.Metrics;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.text.Printable;
import hraftd.watch.History;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node: opens everything in order, and closes it in order. {@link #stop} may be called
 * by any thread, any number of times.
 */
final class Node {

  private static final Logger LOG = LoggerFactory.getLogger(Node.class);

  /** How long requests in flight may take to end when the node stops. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** How long a leader that stops looks for a successor; without one the others elect theirs. */
  private static final Duration HAND_OVER = Duration.ofSeconds(2);

  private final Flags.Run flags;
  private final Tuning tuning;
  private final ConsensusEngine engine;
  private final Identity identity;
  private final Metrics metrics = new Metrics();
  private final History history = new History();
  private final KvState state = new KvState(history);
  private final HeapQuota heap;
  private final HttpServer http;
  private final LocalNode local;
  private final Cluster cluster;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private volatile String servedBy;
  private volatile @Nullable Store store;

  private Node(
      Flags.Run flags, Identity identity, ConsensusEngine engine, Tuning tuning, String version)
      throws StartException {
    this.flags = flags;
    this.identity = identity;
    this.engine = engine;
    this.tuning = tuning;
    this.servedBy = flags.name();
    this.heap =
        new HeapQuota(
            HeapPool.ofThisProcess(),
            tuning.heapPercent() / 100.0,
            () -> state.view().revision(),
            System::nanoTime);
    heap.register(metrics);
    this.http = new HttpServer(flags.http(), tuning.front(), () -> servedBy, metrics);
    try {
      RaftPort.resolve(flags.http(), "-haddr");
      http.bind();
      HostPort raft = RaftPort.check(flags.raft());
      HostPort bound = new HostPort(flags.http().host(), http.port());
      LocalNode.Place place = new LocalNode.Place(flags.name(), bound, raft);
      this.local = new LocalNode(identity, place, new Opener());
      this.cluster =
          new Cluster(
              local, new HttpPeers(), state::view, tuning.compareInterval(), engine, version);
      CopyMetrics.register(metrics, cluster);
    } catch (PortTakenException e) {
      throw new StartException(StartException.USAGE, "-haddr: " + e.getMessage(), e);
    } catch (StartException e) {
      http.close();
      throw e;
    }
  }

  /**
   * Starts a node.
   *
   * @param out gets one line when the node listens
   * @throws StartException if it cannot; nothing is left open
   */
  static Node start(
      Flags.Run flags, ConsensusEngine engine, Tuning tuning, String version, PrintStream out)
      throws StartException {
    // 1. The directory, and its lock: before anything that another process could see.
    Identity identity = identity(flags, engine);
    Node node;
    try {
      // 2. Both ports: a mistake there is said before anything is logged.
      node = new Node(flags, identity, engine, tuning, version);
    } catch (StartException e) {
      identity.close();
      throw e;
    }
    try {
      node.open();
    } catch (StartException e) {
      node.stop(/* handOver= */ false, e.exitCode());
      throw e;
    }
    out.println(node.greeting());
    return node;
  }

  private static Identity identity(Flags.Run flags, ConsensusEngine engine) throws StartException {
    if (flags.directory() == null) {
      return new InMemoryIdentity();
    }
    try {
      return DataDirectory.open(flags.directory(), engine.name());
    } catch (DataDirectory.Unusable e) {
      throw new StartException(StartException.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private void open() throws StartException {
    if (flags.inMemory()) {
      LOG.warn("-inmem: EVERYTHING IS IN MEMORY, NOTHING SURVIVES THE END OF THIS PROCESS");
    }
    if (!engine.warning().isEmpty()) {
      LOG.warn("{}", engine.warning());
    }
    local.terminated().exceptionally(this::failed);
    try {
      heap.start();
      // 3. HTTP, so that /status and /livez answer while a long log is read.
      http.start(
          Api.routes(http, this::store, metrics, identity.temporaryDirectory(), routes()),
          requestCheck());
      // 4. Consensus, if this node belongs to a cluster; else it waits for /setup.
      ClusterRecord record = local.record();
      if (record != null) {
        sayWhatHasNoEffect(record);
      }
      if (flags.bootstrap() && record == null) {
        local.bootstrap();
      } else {
        local.resume();
      }
    } catch (PortTakenException e) {
      throw new StartException(StartException.USAGE, "-haddr: " + e.getMessage(), e);
    } catch (BindException e) {
      throw new StartException(
          StartException.USAGE,
          "-raddr: cannot listen on " + local.place().raft() + ": " + e.getMessage(),
          e);
    } catch (IOException | RuntimeException e) {
      throw new StartException(StartException.FAILURE, "cannot start: " + e.getMessage(), e);
    }
    // 5. What goes on all the time, and -join.
    cluster.start(flags.join());
  }

  /** Flags that are for a new node may stand in a unit file for ever: no reason not to start. */
  private void sayWhatHasNoEffect(ClusterRecord record) {
    String member = "member " + record.self().id() + " of cluster " + record.clusterId();
    if (flags.bootstrap()) {
      LOG.info("-bootstrap founds nothing: the directory belongs to {}", member);
    }
    if (!flags.join().isEmpty()) {
      LOG.info(
          "-join enters no other cluster: the directory belongs to {}{}; for another one start with"
              + " an empty directory",
          member,
          record.removed() ? ", which was removed" : "");
    }
  }

  private RequestCheck requestCheck() {
    OwnNames names = new OwnNames(List.of(flags.http(), flags.raft()), local::record);
    HostCheck host =
        new HostCheck(names.loopbackOnly(), flags.let().hosts(), names, HttpPeers.NODE);
    return new RequestCheck(
        host, new OriginCheck("http", flags.let().origins()), ParameterHints.ALL);
  }

  private List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new ClusterResource(cluster, this::stopSoon).routes());
    routes.addAll(new PeerResource(cluster).routes());
    routes.addAll(new HealthResource(cluster).routes());
    return routes;
  }

  /** Starts consensus when this node becomes a member, or was one. */
  private final class Opener implements ConsensusFactory {

    @Override
    public Consensus open(NodeId self, String clusterId, Membership initial, boolean campaign)
        throws IOException {
      Consensus consensus =
          engine.open(
              tuning.settings(
                  self,
                  clusterId,
                  local.place().raft(),
                  initial,
                  identity.raftDirectory(),
                  campaign,
                  heap::isFull),
              state);
      Store opened = new Store(consensus, state, history, clusterId);
      consensus.terminated().whenComplete((nothing, failure) -> opened.close());
      // It stands in a header, and an earlier version may have let anything in.
      servedBy = Printable.cut(self.id(), MemberId.MAX_KNOWN_CHARACTERS);
      store = opened;
      return consensus;
    }

    @Override
    public void begin(Path directory) throws IOException {
      engine.begin(directory);
    }

    @Override
    public void require(Path directory) throws IOException {
      engine.require(directory);
    }
  }

  private Store store() {
    try {
      Consensus running = local.consensus();
      Store opened = store;
      if (opened != null && opened.consensus() == running) {
        return opened;
      }
      throw new ClusterException(ClusterException.Kind.STARTING, "this node is starting");
    } catch (ClusterException e) {
      throw ClusterProblems.of(e);
    }
  }

  /** The line that says that the node listens. */
  private String greeting() {
    LocalNode.Place place = local.place();
    ClusterRecord record = local.record();
    String what;
    if (record == null) {
      what =
          flags.join().isEmpty()
              ? "waiting for /setup"
              : "joining through "
                  + String.join(", ", flags.join().stream().map(HostPort::toString).toList());
    } else {
      what =
          (record.removed() ? "removed member " : "member ")
              + record.self().id()
              + " of cluster "
              + record.clusterId();
    }
    return "hraftd "
        + place.name()
        + " listening on http://"
        + shown(place.http())
        + ", raft "
        + shown(place.raft())
        + ", "
        + what;
  }

  private static HostPort shown(HostPort address) {
    return address.host().isEmpty() ? new HostPort("0.0.0.0", address.port()) : address;
  }

  /** The HTTP address that it is bound to. */
  HostPort httpAddress() {
    return local.place().http();
  }

  /** The Raft address that it is to be bound to. */
  HostPort raftAddress() {
    return local.place().raft();
  }

  /** Waits until the node has stopped; gives the exit code. */
  int awaitEnd() throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed so", e);
    }
  }

  private @Nullable Void failed(Throwable cause) {
    FatalErrors.check(cause);
    if (!stopping.get()) {
      LOG.error("this node stops: {}", cause.getMessage(), cause);
      CopyForStudy.keep(cause, state.view(), local.record(), flags.directory());
      new Thread(() -> stop(/* handOver= */ false, StartException.FAILURE), "stop").start();
    }
    return null;
  }

  private void stopSoon(boolean all) {
    new Thread(() -> stop(/* handOver= */ !all, 0), "stop").start();
  }

  /** Stops the node as SIGTERM does; returns when all is closed. */
  void stop() {
    stop(/* handOver= */ true, 0);
  }

  private void stop(boolean handOver, int code) {
    if (!stopping.compareAndSet(false, true)) {
      ended.join();
      return;
    }
    LOG.info("stopping");
    // 1. Load balancers see it first; requests are still answered.
    local.stopping();
    // 2. The leader gives way, so that the others need not notice its absence.
    if (handOver) {
      handOver();
    }
    // 3. No new requests; those in flight end. Watches never would: they are told.
    Store opened = store;
    if (opened != null) {
      opened.close();
    }
    http.stop(GRACE);
    // 4. Nothing asks for consensus any more.
    cluster.close();
    local.close();
    heap.close();
    metrics.close();
    // 5. Now another process may have the directory.
    identity.close();
    LOG.info("stopped");
    ended.complete(code);
  }

  private void handOver() {
    try {
      Consensus consensus = local.consensus();
      RaftStatus status = consensus.status();
      if (status.role() == RaftStatus.Role.LEADER && status.membership().voters().size() > 1) {
        consensus
            .transferLeadership("", Deadline.after(HAND_OVER))
            .get(HAND_OVER.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (ClusterException e) {
      LOG.debug("nothing to hand over: {}", e.detail());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof ConsensusException.NotSupported)) {
        LOG.warn("nobody takes over: {}", e.getMessage());
      }
    } catch (TimeoutException e) {
      LOG.warn("nobody takes over in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
