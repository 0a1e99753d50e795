package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Outcome;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.WireFormat;
import hraftd.raft.sim.SimLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The real {@link Raft} between stores, a network, a clock and a state of the test's. */
public final class ScriptedRaft implements RaftHost {

  static final long MILLI = 1_000_000;
  public static final Timing TIMING =
      new Timing(/* election= */ 1000 * MILLI, /* heartbeat= */ 50 * MILLI);

  /** What no state knows how to apply begins with this. */
  static final String UNKNOWN = "?";

  /** What writes take to be acknowledged or given up. */
  public static final long DEADLINE = 5000 * MILLI;

  public final Raft raft;
  public final List<String> applied = new ArrayList<>();
  private final InFlight inFlight = new InFlight(/* maxRequests= */ 16_384, Long.MAX_VALUE);
  private final SnapshotStore snapshots;
  private final LongSupplier clock;
  private final Consumer<Message> network;
  private @Nullable String failAt;
  private boolean memoryFull;
  private WireFormat stateFormat = WireFormat.OLDEST;
  private RaftMeter meter = RaftMeter.NONE;
  private final Map<NodeId, WireFormat> formats = new HashMap<>();

  /**
   * Starts.
   *
   * @param share of the longest random timeout that this node takes, of 100: tells nodes apart
   */
  public ScriptedRaft(
      NodeId id,
      Membership initial,
      int share,
      RaftLog log,
      TermStore terms,
      SnapshotStore snapshots,
      LongSupplier clock,
      Consumer<Message> network) {
    this.snapshots = snapshots;
    this.clock = clock;
    this.network = network;
    RandomGenerator random =
        new Random(id.hashCode()) {
          @Override
          public long nextLong(long bound) {
            return bound * share / 100;
          }
        };
    raft =
        new Raft(id, initial, random.nextLong() | 1, TIMING, log, terms, snapshots, this, random);
  }

  public static Member member(NodeId node) {
    return new Member(node, new HostPort("raft", 1), new HostPort("http", 1), /* voter= */ true);
  }

  public static byte[] bytes(String value) {
    return value.getBytes(StandardCharsets.US_ASCII);
  }

  public void failAt(String value) {
    failAt = value;
  }

  /** What a peer says that it understands, from now on. */
  void format(NodeId peer, WireFormat format) {
    formats.put(peer, format);
  }

  /** What happens from now on is counted there. */
  void meter(RaftMeter newMeter) {
    meter = newMeter;
  }

  @Override
  public RaftMeter meter() {
    return meter;
  }

  @Override
  public WireFormat format(NodeId peer) {
    return formats.getOrDefault(peer, WireFormat.NEWEST);
  }

  @Override
  public @Nullable WireFormat said(NodeId peer) {
    return formats.get(peer);
  }

  /** Values that begin with the name of a format are commands of that one. */
  @Override
  public WireFormat formatOf(byte[] command) {
    return new String(command, StandardCharsets.UTF_8).startsWith(WireFormat.V3.name())
        ? WireFormat.V3
        : WireFormat.V2;
  }

  /** A new command that is called a no-op changes nothing in the older version. */
  @Override
  public @Nullable Entry inFormat(WireFormat format, Entry entry) {
    String text = new String(entry.data(), StandardCharsets.UTF_8);
    if (format.covers(WireFormat.V3) || !text.startsWith(WireFormat.V3.name())) {
      return entry;
    }
    return text.endsWith("no-op") ? entry.with(bytes("old no-op")) : null;
  }

  /** Snapshots whose content begins with the name of a format are of that one. */
  @Override
  public WireFormat formatOf(SnapshotStore.Meta snapshot) {
    byte[] piece = raft.snapshots.read(0, 100);
    return piece == null ? WireFormat.V2 : formatOf(piece);
  }

  /** The oldest format whose nodes could read the state, from now on. */
  void formatOfState(WireFormat format) {
    stateFormat = format;
  }

  @Override
  public WireFormat formatOfState() {
    return stateFormat;
  }

  /** Whether its heap is nearly full from now on. */
  void memoryFull(boolean full) {
    memoryFull = full;
  }

  /** Stops leading, as it does when no quorum answers. */
  public void stepDown() {
    raft.follow(null);
  }

  /** Becomes the leader of the next term with the vote of this node. */
  void elect(NodeId voter) {
    raft.campaign();
    endOfBatch();
    long term = raft.term();
    raft.receive(new Message.PreVoteReply(voter, raft.self, term, term, true, false));
    endOfBatch();
    raft.receive(new Message.VoteReply(voter, raft.self, term + 1, true));
    endOfBatch();
    assertTrue(raft.leads());
  }

  /** Ends a batch, with its fsync if it is a simulated one. */
  public void endOfBatch() {
    inFlight.expire(clock.getAsLong(), raft.leader() != null);
    inFlight.sweep(raft::sweep);
    raft.endOfBatch();
    if (raft.log instanceof SimLog log && log.syncDue()) {
      log.synced(log.syncTarget());
      raft.endOfBatch();
    }
  }

  /** Takes a request; the end of the next batch sees to it. */
  public <R extends PendingRequest<?>> R take(R request) {
    inFlight.take(request);
    raft.take(request);
    return request;
  }

  /** A client writes. */
  public PendingWrite write(String value) {
    long now = clock.getAsLong();
    return take(new PendingWrite(bytes(value), /* grows= */ true, now, now + DEADLINE));
  }

  /** A client reads. */
  public PendingRead read() {
    long now = clock.getAsLong();
    return take(new PendingRead(now, now + DEADLINE));
  }

  /** A read whose client waits for as long as it takes. */
  void read(Runnable ready) {
    long now = clock.getAsLong();
    PendingRead read = take(new PendingRead(now, now + Long.MAX_VALUE / 2));
    var unused = read.answer().thenRun(ready);
  }

  @Override
  public boolean memoryFull() {
    return memoryFull;
  }

  @Override
  public long nanoTime() {
    return clock.getAsLong();
  }

  @Override
  public long listenedNanos() {
    return clock.getAsLong();
  }

  @Override
  public void tell(String what) {}

  @Override
  public void send(Message message) {
    network.accept(message);
  }

  @Override
  public void checkCommand(byte[] data) {
    String value = new String(data, StandardCharsets.US_ASCII);
    if (value.startsWith(UNKNOWN)) {
      throw new IllegalArgumentException("unknown command " + value);
    }
  }

  @Override
  public Outcome apply(Entry entry) {
    String value = new String(entry.data(), StandardCharsets.US_ASCII);
    if (value.equals(failAt)) {
      throw new IllegalStateException("cannot apply " + value);
    }
    applied.add(value);
    return new Outcome.Written(applied.size());
  }

  @Override
  public boolean prepare(SnapshotStore.Meta snapshot, InputStream content) {
    try {
      return !new String(content.readAllBytes(), StandardCharsets.US_ASCII).contains(UNKNOWN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    // Called by Raft's constructor too.
    byte[] content = Objects.requireNonNull(snapshots.read(0, (int) snapshot.length()));
    applied.clear();
    applied.addAll(List.of(new String(content, StandardCharsets.US_ASCII).split("\n", -1)));
  }

  /** What a snapshot of the state holds. */
  public byte[] content() {
    return bytes(String.join("\n", applied));
  }

  @Override
  public void membershipChanged(Membership membership) {}

  @Override
  public void roleChanged() {}
}
