package hraftd;

import hraftd.cluster.Cluster;
import hraftd.cluster.ClusterException;
import hraftd.cluster.ClusterRecord;
import hraftd.cluster.Endpoints;
import hraftd.cluster.HttpPeers;
import hraftd.cluster.Identity;
import hraftd.cluster.LocalNode;
import hraftd.cluster.SetupRequest;
import hraftd.fatal.FatalErrors;
import hraftd.http.HttpServer;
import hraftd.http.PortTakenException;
import hraftd.http.Route;
import hraftd.http.api.Api;
import hraftd.http.api.ClusterProblems;
import hraftd.http.api.ClusterResource;
import hraftd.http.api.CopyForStudy;
import hraftd.http.api.CopyMetrics;
import hraftd.http.api.EventsResource;
import hraftd.http.api.HealthResource;
import hraftd.http.api.PeerResource;
import hraftd.http.api.RootResource;
import hraftd.http.api.Store;
import hraftd.http.api.WriteAudit;
import hraftd.kv.KvView;
import hraftd.kv.state.KvState;
import hraftd.metrics.Metrics;
import hraftd.raft.ClaimedTwiceException;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.RaftStatus;
import hraftd.raft.UnusableFilesException;
import hraftd.raft.core.UnusableEntryException;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.watch.History;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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

  private final Invocation.Run flags;
  private final ConsensusEngine engine;
  private final Identity identity;
  private final Tuning tuning;
  private final NodeSecurity security;
  private final Metrics metrics = new Metrics();
  private final History history = new History();
  private final KvState state = new KvState(history);
  private final HeapQuota heap;
  private final NodeEvents events;
  private final RaftPort raft;
  private final StoreOpener opener;
  private final HttpServer http;
  private final LocalNode local;
  private final Cluster cluster;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  private Node(
      Invocation.Run flags,
      Identity identity,
      ConsensusEngine engine,
      Tuning tuning,
      NodeSecurity security,
      String version)
      throws StartException {
    this.security = security;
    this.flags = flags;
    this.identity = identity;
    this.tuning = tuning;
    this.engine = engine;
    this.heap =
        new HeapQuota(
            HeapPool.ofThisProcess(),
            tuning.heapPercent() / 100.0,
            () -> state.view().revision(),
            System::nanoTime);
    heap.register(metrics);
    ProcessMetrics.register(
        metrics, version, engine.name(), flags.directory(), tuning.diskReserve());
    security.register(metrics);
    WriteAudit audit = security.audit(flags.directory());
    this.events = new NodeEvents(version, metrics, security, flags.directory(), state);
    this.raft = RaftPort.hold(flags.raft());
    this.opener =
        new StoreOpener(
            engine,
            tuning,
            identity,
            heap::isFull,
            events,
            state,
            history,
            raft,
            audit,
            flags.name());
    this.http =
        new HttpServer(flags.http(), security.https(), tuning.front(), opener::servedBy, metrics);
    try {
      RaftPort.resolve(flags.http(), "-haddr");
      http.bind();
      HostPort bound = new HostPort(flags.http().host(), http.port());
      Endpoints place = new Endpoints(flags.name(), bound, raft.address(), flags.advertised());
      this.local = new LocalNode(identity, place, opener);
      this.cluster =
          new Cluster(
              local,
              new HttpPeers(security.peerProof(), security.peerTls()),
              state::view,
              tuning.compareInterval(),
              engine,
              version,
              security.protection());
      CopyMetrics.register(metrics, cluster);
    } catch (PortTakenException e) {
      raft.close();
      throw new StartException(StartException.TEMPORARY, "-haddr: " + e.getMessage(), e);
    } catch (StartException e) {
      raft.close();
      http.close();
      throw e;
    }
  }

  /**
   * Starts a node.
   *
   * @param security who is let in; closed with the node
   * @param listening gets one line when the node listens
   * @throws StartException if it cannot; nothing is left open
   */
  static Node start(
      Invocation.Run flags,
      ConsensusEngine engine,
      Tuning tuning,
      NodeSecurity security,
      String version,
      Consumer<String> listening)
      throws StartException {
    // 1. The directory, and its lock: before anything that another process could see.
    Identity identity = IdentityOpener.open(flags, engine);
    SetupRequest setup;
    Node node;
    try {
      setup = identity.load() == null ? SetupFile.read(flags.beginning()) : null;
      // 2. Both ports: a mistake there is said before anything is logged.
      node = new Node(flags, identity, engine, tuning, security, version);
    } catch (StartException e) {
      identity.close();
      throw e;
    }
    try {
      node.open(setup);
    } catch (StartException e) {
      node.stop(/* handOver= */ false, e.exitCode());
      throw e;
    }
    listening.accept(StartMessages.greeting(flags, node.local.place(), node.local.record()));
    return node;
  }

  private void open(@Nullable SetupRequest setup) throws StartException {
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
      OwnNames names =
          new OwnNames(
              List.of(flags.http(), flags.raft(), flags.httpForOthers(), flags.raftForOthers()),
              local::record);
      http.start(
          Api.routes(http, this::store, metrics, identity.temporaryDirectory(), routes()),
          security.requestCheck(names),
          security.access(this::store, names, http.port()));
      // 4. Consensus, if this node belongs to a cluster; else it waits for /setup.
      ClusterRecord record = local.record();
      if (record != null) {
        StartMessages.sayWhatHasNoEffect(flags, record);
        if (flags.beginning().bootstrap()) {
          local.markFounding();
        }
      }
      if (flags.beginning().bootstrap() && record == null) {
        local.bootstrap();
      } else {
        local.resume();
      }
    } catch (PortTakenException e) {
      throw new StartException(StartException.TEMPORARY, "-haddr: " + e.getMessage(), e);
    } catch (BindException e) {
      throw new StartException(
          StartException.TEMPORARY,
          "-raddr: cannot listen on " + local.place().raft() + ": " + e.getMessage(),
          e);
    } catch (UnusableFilesException | StoreDamagedException e) {
      throw new StartException(StartException.USAGE, "cannot start: " + e.getMessage(), e);
    } catch (IOException e) {
      // A full disk, too many open files.
      throw new StartException(StartException.TEMPORARY, "cannot start: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new StartException(StartException.FAILURE, "cannot start: " + e.getMessage(), e);
    }
    // 5. What goes on all the time, and how it comes into a cluster.
    cluster.start(tuning.scrub());
    Invocation.Beginning beginning = flags.beginning();
    if (beginning.move() && local.record() != null) {
      cluster.move(beginning.join());
    } else if (!beginning.join().isEmpty()) {
      cluster.join(beginning.join(), !beginning.learner());
    } else if (setup != null) {
      cluster.setUp(setup);
    }
  }

  private List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.addAll(new RootResource().routes());
    routes.addAll(new ClusterResource(cluster, this::stopSoon).routes());
    routes.addAll(new PeerResource(cluster).routes());
    routes.addAll(new HealthResource(cluster).routes());
    routes.addAll(new EventsResource(events.hub(), engine.isObserved(), this::store).routes());
    return routes;
  }

  private Store store() {
    try {
      return opener.store(local.consensus());
    } catch (ClusterException e) {
      throw ClusterProblems.of(e);
    }
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
      boolean twice = cause instanceof ClaimedTwiceException;
      LOG.error("this node stops: {}", cause.getMessage(), twice ? null : cause);
      events.failed(cause);
      KvView copy = state.view();
      // It cannot join like this, or its log holds what cannot be read, or there is another one of
      // it: no start mends that.
      boolean hopeless =
          twice || cause instanceof ClusterException || cause instanceof UnusableEntryException;
      int code = hopeless ? StartException.USAGE : StartException.FAILURE;
      Runnable last =
          () -> {
            keepForStudy(cause, copy);
            events.keep(cause);
          };
      new Thread(() -> stop(/* handOver= */ false, code, last), "stop").start();
    }
    return null;
  }

  /** A copy that is wrong may be one that cannot be read: the node ends all the same. */
  private void keepForStudy(Throwable cause, KvView copy) {
    try {
      CopyForStudy.keep(cause, copy, local.record(), flags.directory());
    } catch (RuntimeException | Error e) {
      FatalErrors.check(e);
      LOG.warn("this copy could not be kept: {}", e.toString());
    }
  }

  private void stopSoon(boolean all) {
    new Thread(() -> stop(/* handOver= */ !all, 0), "stop").start();
  }

  /** Stops the node as SIGTERM does; returns when all is closed. */
  void stop() {
    stop(/* handOver= */ true, 0);
  }

  private void stop(boolean handOver, int code) {
    stop(handOver, code, () -> {});
  }

  /** With what is to be done when nothing is served any more and the directory is still held. */
  private void stop(boolean handOver, int code, Runnable last) {
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
    opener.closeStore();
    events.stopping();
    http.stop(GRACE);
    // 4. Nothing asks for consensus any more.
    cluster.close();
    local.close();
    raft.close();
    heap.close();
    metrics.close();
    security.close();
    try {
      last.run();
    } finally {
      // 5. Now another process may have the directory.
      identity.close();
      LOG.info("stopped");
      ended.complete(code);
    }
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
        LOG.info("nobody takes over: {}", e.getMessage());
      }
    } catch (TimeoutException e) {
      LOG.info("nobody takes over in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
