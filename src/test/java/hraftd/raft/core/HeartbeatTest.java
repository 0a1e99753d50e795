package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How often a leader speaks to its peers, and that it measures the way to each. */
class HeartbeatTest {

  private static final long STEP = 5 * ScriptedRaft.MILLI;
  private static final long SECONDS = 3;

  private final ScriptedLeader leader = new ScriptedLeader(ScriptedLeader.voters(3));
  private final Map<NodeId, Integer> messages = new TreeMap<>();
  private long round;

  private void pass(Runnable each) {
    long end = leader.now + SECONDS * 1000 * ScriptedRaft.MILLI;
    leader.sent.clear();
    while (leader.now < end) {
      leader.now += STEP;
      each.run();
      leader.node.endOfBatch();
      List<Message> sent = List.copyOf(leader.sent);
      leader.sent.clear();
      sent.forEach(this::answer);
      leader.node.endOfBatch();
    }
  }

  private void answer(Message message) {
    Message.Append append = (Message.Append) message;
    messages.merge(append.to(), 1, Integer::sum);
    round = Math.max(round, append.round());
    long index = append.prevIndex() + append.entries().size();
    leader.node.raft.receive(
        new Message.AppendReply(
            append.to(), ScriptedLeader.SELF, append.term(), true, index, append.round()));
  }

  /** Nor does the measuring of the way to each of them cost the others a message. */
  @Test
  void anIdlePeerGetsAHeartbeatAndNothingElse() {
    pass(() -> {});
    int most = (int) (SECONDS * 1000 * ScriptedRaft.MILLI / ScriptedRaft.TIMING.heartbeat()) + 1;
    assertEquals(2, messages.size());
    messages.forEach((peer, count) -> assertTrue(count <= most, () -> peer + " got " + count));
  }

  /** The answer to a message tells the way by its round: without reads nobody else begins one. */
  @Test
  void aRoundIsBegunForEachOnceASecondAlsoWhileAllTheyGetIsEntries() {
    pass(() -> leader.node.write("x"));
    long before = round;
    pass(() -> leader.node.write("x"));
    assertTrue(round >= before + 2 * (SECONDS - 1), () -> before + " to " + round);
  }
}
