package hraftd.raft.core;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.sim.SimLog;
import hraftd.raft.sim.SimStores;
import java.util.ArrayList;
import java.util.List;

/** Node a of the members a, b and c: the test says what the others say, and what time it is. */
abstract class OneOfThree {

  static final NodeId SELF = new NodeId("a", 1);
  static final NodeId B = new NodeId("b", 2);
  static final NodeId C = new NodeId("c", 3);
  static final Membership THREE =
      new Membership(
          List.of(ScriptedRaft.member(SELF), ScriptedRaft.member(B), ScriptedRaft.member(C)));

  final List<Message> sent = new ArrayList<>();
  final SimLog log = new SimLog(1000, e -> {});
  final SimStores stores = new SimStores();
  long now;
  ScriptedRaft node = start(THREE);

  /** Starts it, again if it has been started, with what its stores hold. */
  final ScriptedRaft start(Membership initial) {
    return new ScriptedRaft(SELF, initial, 50, log, stores, stores, () -> now, sent::add);
  }

  static Entry members(long index, long term, Membership membership) {
    byte[] data = MembershipCodec.encode(membership);
    return new Entry(index, term, Entry.Kind.MEMBERSHIP, index, 0, 0, data);
  }
}
