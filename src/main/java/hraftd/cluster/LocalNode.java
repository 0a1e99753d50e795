package hraftd.cluster;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.Consensus;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's own place in a cluster: waiting, kept free for one, member or removed. What it
 * becomes is on disk before consensus starts. Any thread may call it; a method that changes
 * something may take as long as a disk and the start of consensus do.
 */
public final class LocalNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);

  private final Identity identity;
  private final Endpoints place;
  private final ConsensusFactory factory;
  private final Await await;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();
  private final long process = new SecureRandom().nextLong() | 1;

  /** Its promise is guarded by this, as is every change of the record. */
  private final Vacancy vacancy;

  private volatile boolean stopping;
  private volatile @Nullable Consensus consensus;

  /** A node that does nothing until {@link #resume} or {@link #form}. */
  public LocalNode(Identity identity, Endpoints place, ConsensusFactory factory) {
    this(identity, place, factory, new RealClusterThreads());
  }

  /** The same on these threads. */
  public LocalNode(
      Identity identity, Endpoints place, ConsensusFactory factory, ClusterThreads threads) {
    this.identity = identity;
    this.place = place;
    this.factory = factory;
    await = new Await(threads);
    vacancy = new Vacancy(identity.incarnation(), place, threads::nanoTime);
  }

  /** How what concerns this node waits, and where it runs. */
  Await await() {
    return await;
  }

  /** What it is called and where it listens. */
  public Endpoints place() {
    return place;
  }

  /** What it knows of its cluster; null while it belongs to none. */
  public @Nullable ClusterRecord record() {
    return identity.load();
  }

  /** Tells this process from all others, also of the same directory. Not 0. */
  long process() {
    return process;
  }

  /** Its incarnation; see {@link NodeId}. */
  long incarnation() {
    return identity.incarnation();
  }

  /**
   * Completes exceptionally if consensus had to stop by itself or could not start, with the cause:
   * the process must end. Completes normally never.
   */
  public CompletableFuture<Void> terminated() {
    return terminated;
  }

  /** Ends the process as if consensus had stopped by itself. */
  void fail(Throwable cause) {
    terminated.completeExceptionally(cause);
  }

  /**
   * Consensus of the cluster that this node belongs to.
   *
   * @throws ClusterException if it belongs to none, was removed, or stops
   */
  public Consensus consensus() {
    Consensus running = consensus;
    if (running != null) {
      return running;
    }
    if (stopping) {
      throw new ClusterException(Kind.SHUTTING_DOWN, "this node is shutting down");
    }
    ClusterRecord record = record();
    if (record != null && record.removed()) {
      throw ClusterException.removed(record.self().id(), record.clusterId());
    }
    if (record != null) {
      throw new ClusterException(Kind.STARTING, "this node is starting");
    }
    throw ClusterException.notSetUp();
  }

  /** True if what it knows survives a restart. */
  boolean isDurable() {
    return identity.raftDirectory() != null;
  }

  /** Consensus if it runs, else null. */
  @Nullable Consensus consensusOrNull() {
    return consensus;
  }

  /**
   * Goes on as a member if the node is one.
   *
   * @throws IOException if consensus cannot start, or what it kept is gone: the node must not vote
   *     with its old identity then
   */
  public synchronized void resume() throws IOException {
    ClusterRecord record = record();
    if (record == null) {
      return;
    }
    if (record.removed()) {
      LOG.warn("{}", ClusterException.removed(record.self().id(), record.clusterId()).getMessage());
      return;
    }
    Path raft = identity.raftDirectory();
    if (raft != null) {
      factory.require(raft);
    }
    start(record, /* campaign= */ false);
  }

  /**
   * Keeps a waiting node free for one cluster, for {@link Vacancy#RESERVED_FOR}. A member of that
   * cluster agrees as well, if it is named where it is.
   *
   * @throws ClusterException if it belongs to another one, is kept for another one, is not meant,
   *     or is not where it is named
   */
  void reserve(Reservation request) {
    refuseIfStopping();
    if (isMemberOf(request.clusterId())) {
      vacancy.requireAddresses(request);
    } else {
      vacancy.requireMeant(request);
      promise(request);
    }
  }

  /** What takes long is behind it: names that somebody chose were looked up. */
  private synchronized void promise(Reservation request) {
    refuseIfStopping();
    if (!isMemberOf(request.clusterId())) {
      vacancy.reserve(request);
    }
  }

  /** False if it belongs to no cluster; refuses if to another one. */
  private boolean isMemberOf(String clusterId) {
    ClusterRecord record = record();
    if (record != null && (record.removed() || !record.clusterId().equals(clusterId))) {
      throw belongsElsewhere(record);
    }
    return record != null;
  }

  /**
   * Makes this node a member: keeps that on disk, then starts consensus. The same request again
   * changes nothing.
   *
   * @throws ClusterException if the node is not kept free for this cluster, belongs to another one,
   *     or cannot keep it
   */
  synchronized void form(FormRequest request) {
    refuseIfStopping();
    ClusterRecord record = record();
    if (record != null) {
      if (record.removed()
          || !record.clusterId().equals(request.clusterId())
          || !record.self().equals(request.self())
          || !record.initial().equals(request.initial())) {
        throw belongsElsewhere(record);
      }
      startAgain();
      return;
    }
    vacancy.requirePromised(request);
    ClusterRecord made =
        new ClusterRecord(
            request.clusterId(),
            request.self(),
            request.initial(),
            request.known(),
            /* removed= */ false,
            /* settled= */ false);
    try {
      begin(made);
    } catch (IOException | UncheckedIOException e) {
      // A full disk, for one; it is as if it had not been asked.
      LOG.error("cannot become a member of the cluster: {}", e.getMessage());
      throw new ClusterException(
          Kind.INTERNAL, "node '" + place.name() + "' cannot become a member; its log says why");
    }
    LOG.info(
        "member {} of cluster {}, {} members known",
        made.self().id(),
        made.clusterId(),
        made.newest().members().size());
    try {
      start(made, request.lead());
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  /**
   * Starts consensus of a member that could not start it before.
   *
   * @throws ClusterException if it still cannot
   */
  synchronized void startAgain() {
    ClusterRecord record = record();
    if (record == null || record.removed() || consensus != null || stopping) {
      return;
    }
    try {
      start(record, /* campaign= */ false);
    } catch (IOException e) {
      throw notStarted(e);
    }
  }

  private ClusterException notStarted(IOException why) {
    LOG.error("cannot start as a member of the cluster, it is tried again: {}", why.getMessage());
    return new ClusterException(
        Kind.INTERNAL, "node '" + place.name() + "' cannot start; its log says why");
  }

  /**
   * Founds a cluster of this node alone.
   *
   * @throws IOException if consensus cannot start
   */
  public synchronized void bootstrap() throws IOException {
    NodeId self = new NodeId(new MemberId(place.name()).text(), identity.incarnation());
    ClusterRecord record = ClusterRecord.alone(self, place.httpForOthers(), place.raftForOthers());
    begin(record);
    markFounding();
    start(record, /* campaign= */ true);
  }

  /** Keeps that a cluster was founded here, so that the same command line founds no second one. */
  public void markFounding() {
    try {
      identity.markFounding();
    } catch (IOException e) {
      LOG.warn(
          "take -bootstrap off the command line: if the data directory is empty at a later start,"
              + " another cluster is founded there, as no mark can be left beside it: {}",
          DataDirectory.reason(e));
    }
  }

  /** Who is on disk as a member has begun its log before: see {@link #resume}. */
  private void begin(ClusterRecord record) throws IOException {
    Path raft = identity.raftDirectory();
    if (raft != null) {
      identity.markEngine();
      factory.begin(raft);
    }
    identity.save(record);
  }

  private void start(ClusterRecord record, boolean campaign) throws IOException {
    Consensus opened = factory.open(record.self(), record.clusterId(), record.initial(), campaign);
    var unused =
        opened
            .terminated()
            .whenComplete(
                (nothing, failure) -> {
                  if (failure != null) {
                    terminated.completeExceptionally(failure);
                  }
                });
    consensus = opened;
  }

  /**
   * Keeps the newest members, to find them after a restart. Members without this node are not kept
   * if it was one: its removal may not be committed yet, and afterwards there is nobody to find.
   * Their past is the log's: it says nothing of where anybody is.
   */
  synchronized void remember(Membership newest) {
    ClusterRecord record = record();
    Membership members = newest.withoutPast();
    if (record == null || record.removed() || record.newest().equals(members)) {
      return;
    }
    if (members.find(record.self()) != null || record.selfMember() == null) {
      identity.save(record.withNewest(members));
    }
  }

  /** Keeps that the setup has been seen through. */
  synchronized void settle() {
    ClusterRecord record = record();
    if (record != null && !record.settled()) {
      identity.save(record.withSettled());
    }
  }

  /** See {@link Identity#scrub}. */
  List<String> scrub() throws IOException {
    return identity.scrub();
  }

  /** Ends the membership, for good: keeps that on disk and stops consensus. */
  void remove(Removal removal) {
    Consensus ended;
    synchronized (this) {
      ClusterRecord record = record();
      if (record == null
          || record.removed()
          || !record.clusterId().equals(removal.clusterId())
          || !record.self().equals(removal.node())) {
        return;
      }
      identity.save(record.withRemoved());
      LOG.warn("{}", ClusterException.removed(record.self().id(), record.clusterId()).getMessage());
      ended = consensus;
      consensus = null;
    }
    if (ended != null) {
      ended.close();
    }
  }

  /** From now on nothing begins any more. */
  public void stopping() {
    stopping = true;
  }

  /** True once {@link #stopping()} was called. */
  public boolean isStopping() {
    return stopping;
  }

  private void refuseIfStopping() {
    if (stopping) {
      throw new ClusterException(Kind.SHUTTING_DOWN, "node '" + place.name() + "' is stopping");
    }
  }

  private ClusterException belongsElsewhere(ClusterRecord record) {
    return new ClusterException(
        Kind.ALREADY_SET_UP,
        "the node at "
            + place.http()
            + (record.removed() ? " was" : " is")
            + " member "
            + record.self().id()
            + " of cluster "
            + record.clusterId()
            + (record.removed() ? " and was removed" : ""));
  }

  /** Stops consensus, handing over first if this node leads. */
  @Override
  public void close() {
    stopping();
    Consensus running;
    synchronized (this) {
      running = consensus;
      consensus = null;
    }
    if (running != null) {
      running.close();
    }
  }
}
