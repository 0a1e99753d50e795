package hraftd.raft.node;

import hraftd.kv.Outcome;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Entry;
import hraftd.raft.core.MembershipCodec;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.RaftHost;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.snapshot.WritableSnapshots;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Raft does things to: the replicated state, the peers, and what is shown of this node. */
final class StateHost implements RaftHost {

  private static final Logger log = LoggerFactory.getLogger(StateHost.class);

  private final Surroundings around;
  private final KvState state;
  private final WritableSnapshots snapshots;
  private final StatusBoard board;
  private final ListeningClock listening;
  private final Observation observation;
  private final Tracer tracer;
  private boolean begun;

  /** A received snapshot that was read, until it is installed. */
  private @Nullable Prepared prepared;

  /** The snapshot whose format was asked for last; null before. */
  private @Nullable Seen seen;

  private record Seen(SnapshotStore.Meta snapshot, WireFormat format) {}

  private record Prepared(SnapshotStore.Meta snapshot, KvState.Frozen state) {}

  StateHost(
      Surroundings around,
      KvState state,
      WritableSnapshots snapshots,
      StatusBoard board,
      ListeningClock listening,
      Observation observation,
      Tracer tracer) {
    this.around = around;
    this.state = state;
    this.snapshots = snapshots;
    this.board = board;
    this.listening = listening;
    this.observation = observation;
    this.tracer = tracer;
  }

  /** Raft has begun: the next snapshots are a leader's. */
  void begun() {
    begun = true;
  }

  @Override
  public long nanoTime() {
    return around.nanoTime();
  }

  @Override
  public long listenedNanos() {
    return listening.nanoTime();
  }

  @Override
  public boolean memoryFull() {
    return around.memoryFull();
  }

  @Override
  public void tell(String what) {
    log.info("{}", what);
  }

  @Override
  public RaftMeter meter() {
    return around.meter();
  }

  @Override
  public void send(Message message) {
    observation.sent(message);
    tracer.sent(message);
    around.send(message);
  }

  @Override
  public WireFormat format(NodeId peer) {
    WireFormat said = said(peer);
    return said == null ? WireFormat.OLDEST : said;
  }

  @Override
  public @Nullable WireFormat said(NodeId peer) {
    return around.format(peer);
  }

  @Override
  public WireFormat formatOf(byte[] command) {
    if (CommandCodec.isOfVersion10(command) || CommandCodec.leadsBack(command)) {
      return WireFormat.V2;
    }
    return CommandCodec.isOfVersion11(command) ? WireFormat.V3 : WireFormat.V4;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // The same object comes back if nothing is left out.
  public @Nullable Entry inFormat(WireFormat format, Entry entry) {
    if (format.covers(WireFormat.V4) || entry.kind() == Entry.Kind.NOOP) {
      return entry;
    }
    if (format.covers(WireFormat.V3)) {
      // By what rule entries behind one of those were applied only a snapshot can tell.
      return entry.kind() == Entry.Kind.COMMAND && !CommandCodec.isOfVersion11(entry.data())
          ? null
          : entry;
    }
    if (entry.kind() == Entry.Kind.MEMBERSHIP) {
      Membership membership = MembershipCodec.decode(entry.data());
      Membership known = membership.withoutPast();
      return known == membership ? entry : entry.with(MembershipCodec.encode(known));
    }
    byte[] data = CommandCodec.forVersion10(entry.data());
    return data == null ? null : data == entry.data() ? entry : entry.with(data);
  }

  @Override
  public WireFormat formatOf(SnapshotStore.Meta snapshot) {
    if (seen == null || !seen.snapshot.equals(snapshot)) {
      try (InputStream in = snapshots.open(snapshot)) {
        seen = new Seen(snapshot, formatOf(in));
      } catch (IOException e) {
        // Another has taken its place, or it has rotted: then another one will, and is asked for.
        return WireFormat.NEWEST;
      }
    }
    return seen.format;
  }

  @Override
  public WireFormat formatOfState() {
    return state.isForThisVersionAlone() ? WireFormat.V4 : WireFormat.OLDEST;
  }

  private static WireFormat formatOf(InputStream state) throws IOException {
    return switch (KvState.version(state)) {
      case 1 -> WireFormat.V2;
      case 2 -> WireFormat.V3;
      default -> WireFormat.V4;
    };
  }

  @Override
  public void checkCommand(byte[] data) {
    var unused = CommandCodec.decode(data);
  }

  @Override
  public Outcome apply(Entry entry) {
    tracer.look();
    long began = around.nanoTime();
    Outcome outcome = state.apply(entry.clock(), CommandCodec.decode(entry.data()));
    around.meter().applied(around.nanoTime() - began);
    tracer.applied(entry);
    return outcome;
  }

  @Override
  public boolean prepare(SnapshotStore.Meta snapshot, InputStream content) {
    try {
      prepared = new Prepared(snapshot, KvState.read(new BufferedInputStream(content, 1 << 16)));
      return true;
    } catch (IOException e) {
      log.warn(
          "dropped the snapshot at index {} that a leader sent: {}",
          snapshot.index(),
          e.getMessage());
      return false;
    }
  }

  @Override
  public void install(SnapshotStore.Meta snapshot) {
    tracer.installs(snapshot);
    Prepared ready = prepared;
    prepared = null;
    if (ready != null && ready.snapshot.equals(snapshot)) {
      state.restore(ready.state);
    } else {
      read(snapshot);
    }
    log.info(
        "state taken from {} snapshot at index {}",
        begun ? "the leader's" : "this node's own",
        snapshot.index());
    observation.snapshotInstalled(snapshot.index());
  }

  private void read(SnapshotStore.Meta snapshot) {
    try (InputStream in = new BufferedInputStream(snapshots.open(snapshot), 1 << 16)) {
      state.restore(in);
    } catch (IOException e) {
      throw new UncheckedIOException("snapshot at index " + snapshot.index(), e);
    }
  }

  @Override
  public void membershipChanged(Membership membership) {
    board.refresh();
    around.members(membership);
    observation.membersChanged(membership);
    log.info(
        "members now: {}",
        membership.members().stream()
            .map(m -> m.id() + "=" + m.raft() + (m.voter() ? "" : " (learner)"))
            .toList());
  }

  @Override
  public void appended(List<Entry> entries) {
    tracer.appended(entries);
  }

  @Override
  public void roundBegun(long round, long index, List<PendingRead> reads) {
    tracer.roundBegun(round, index, reads);
  }

  @Override
  public void truncated(long index) {
    tracer.truncated(index);
    observation.truncated(index);
  }

  @Override
  public void roleChanged() {
    board.refresh();
    observation.roleChanged();
  }
}
