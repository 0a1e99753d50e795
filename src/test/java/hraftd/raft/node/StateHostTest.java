package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Token;
import hraftd.kv.codec.CommandCodec;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftObserver;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Entry;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.snapshot.MemorySnapshots;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which format a snapshot is that perhaps nobody can read any more. */
class StateHostTest {

  private final KvState state = new KvState(ChangeListener.NONE);
  private final MemorySnapshots snapshots = new MemorySnapshots();
  private final StateHost host =
      new StateHost(
          new SurroundingsAtOnce(),
          state,
          snapshots,
          new StatusBoard(StatusBoard.starting(new NodeId("a", 1), Membership.EMPTY), 0),
          new ListeningClock(0),
          new Observation(RaftObserver.NONE),
          new Tracer());

  private SnapshotStore.Meta write(long index) throws IOException {
    return snapshots.write(index, 1, 0, Membership.EMPTY, state.freeze()::writeForVersion10);
  }

  private static Entry entry(Command command) {
    return new Entry(1, 1, Entry.Kind.COMMAND, 0, 0, 0, CommandCodec.encode(command));
  }

  @Test
  void what_is_remembered_by_age_is_for_who_knows_that() throws IOException {
    Entry rule = entry(new Command.RememberByAge());
    assertEquals(WireFormat.V4, host.formatOf(rule.data()));
    assertSame(rule, host.inFormat(WireFormat.V4, rule));
    assertNull(host.inFormat(WireFormat.V3, rule));
    assertNull(host.inFormat(WireFormat.V2, rule));
    var unused = host.apply(rule);
    assertEquals(WireFormat.V4, host.formatOf(write(1)), "for the oldest no less");
  }

  @Test
  void tokens_are_for_who_knows_them() throws IOException {
    assertEquals(WireFormat.V2, host.formatOfState());
    Token token =
        new Token(
            Token.ANONYMOUS,
            null,
            List.of(),
            /* createdMillis= */ 0,
            /* expiresMillis= */ 0,
            Token.Limits.NONE);
    Entry put = entry(new Command.PutToken(token, 0));
    Entry putOnce = entry(new Command.Once("once", 1, new Command.PutToken(token, 0)));
    Entry delete = entry(new Command.DeleteToken(Token.ANONYMOUS));
    assertEquals(WireFormat.V4, host.formatOf(put.data()));
    assertEquals(WireFormat.V4, host.formatOf(putOnce.data()));
    assertEquals(WireFormat.V2, host.formatOf(delete.data()), "it may be logged beside any");
    for (Entry each : List.of(put, putOnce, delete)) {
      assertSame(each, host.inFormat(WireFormat.V4, each));
      assertNull(host.inFormat(WireFormat.V3, each));
      assertNull(host.inFormat(WireFormat.V2, each));
    }
    host.apply(put);
    assertEquals(WireFormat.V4, host.formatOf(write(1)), "for the oldest no less");
    assertEquals(WireFormat.V4, host.formatOfState());
    host.apply(delete);
    assertEquals(WireFormat.V2, host.formatOf(write(2)));
    assertEquals(WireFormat.V2, host.formatOfState());
  }

  @Test
  void what_leads_back_is_logged_beside_any_and_passed_over_by_a_snapshot() throws IOException {
    Entry back = entry(new Command.RememberByNumber());
    assertEquals(WireFormat.V2, host.formatOf(back.data()));
    assertNull(host.inFormat(WireFormat.V3, back));
    assertNull(host.inFormat(WireFormat.V2, back));
    host.apply(entry(new Command.RememberByAge()));
    host.apply(back);
    assertEquals(WireFormat.V2, host.formatOf(write(1)));
    Entry write = entry(new Command.Once("a;since=1", 1, new Command.Tick()));
    assertSame(write, host.inFormat(WireFormat.V3, write));
    assertSame(write, host.inFormat(WireFormat.V2, write));
  }

  @Test
  void one_that_another_has_replaced_is_for_who_reads_everything() throws IOException {
    SnapshotStore.Meta replaced = write(1);
    SnapshotStore.Meta newest = write(2);
    assertEquals(WireFormat.NEWEST, host.formatOf(replaced));
    assertEquals(WireFormat.V2, host.formatOf(newest));
  }
}
