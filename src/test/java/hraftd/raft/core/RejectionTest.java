package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.log.MemoryTermStore;
import hraftd.raft.sim.SimLog;
import hraftd.raft.snapshot.MemorySnapshots;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a leader sends to a follower that says that its log does not fit (3.5). */
class RejectionTest {

  private static final NodeId SELF = new NodeId("self", 1);
  private static final NodeId FOLLOWER = new NodeId("follower", 2);
  private static final NodeId OTHER = new NodeId("other", 3);

  private final List<Message> sent = new ArrayList<>();
  private final SimLog log = new SimLog(/* maxEntries= */ 2, entry -> {});
  private long now;
  private ScriptedRaft node;

  /** A leader of ten entries, of which the follower has acknowledged the first four. */
  @BeforeEach
  void lead() {
    Membership members =
        new Membership(
            List.of(
                ScriptedRaft.member(SELF),
                ScriptedRaft.member(FOLLOWER),
                ScriptedRaft.member(OTHER)));
    TermStore terms = new MemoryTermStore();
    terms.save(1, null);
    for (long i = 1; i < 10; i++) {
      log.append(List.of(new Entry(i, 1, Entry.Kind.COMMAND, 0, 0, 0, new byte[1])));
    }
    node =
        new ScriptedRaft(SELF, members, 0, log, terms, new MemorySnapshots(), () -> now, sent::add);
    node.elect(OTHER);
    follower(true, 4);
    assertEquals(List.of(), asked());
  }

  /** The follower answers. */
  private void follower(boolean matched, long index) {
    node.raft.receive(new Message.AppendReply(FOLLOWER, SELF, node.raft.term(), matched, index, 0));
    node.endOfBatch();
  }

  /** Where the messages with entries to the follower began since the last call. */
  private List<Long> asked() {
    List<Long> first =
        sent.stream()
            .filter(m -> m instanceof Message.Append a && a.to().equals(FOLLOWER))
            .map(m -> ((Message.Append) m).entries())
            .filter(entries -> !entries.isEmpty())
            .map(entries -> entries.get(0).index())
            .toList();
    sent.clear();
    return first;
  }

  @Test
  void anEntryThatIsMissingIsSent() {
    follower(false, 7);
    assertEquals(List.of(7L), asked());
  }

  /** A follower that knows no more what it has verified asks for the whole of a term. */
  @Test
  void oneThatAsksForWhatItHasAcknowledgedGetsWhatFollows() {
    follower(false, 2);
    assertEquals(List.of(5L), asked());
    follower(true, 6);
    assertEquals(List.of(7L, 9L), asked());
  }

  /** All that followed a lost message is rejected, one after the other. */
  @Test
  void whatWasRejectedBeforeAProbeIsSentStartsNoOtherSearch() {
    follower(false, 5);
    assertEquals(List.of(5L), asked());
    follower(false, 5);
    follower(false, 5);
    assertEquals(List.of(), asked());
  }

  @Test
  void aProbeThatIsRejectedIsFollowedByAnEarlierOne() {
    follower(false, 8);
    assertEquals(List.of(8L), asked());
    follower(false, 6);
    assertEquals(List.of(6L), asked());
  }

  /** Nothing is late for a leader that sends a message for each of its reads. */
  @Test
  void aLostProbeIsSentAgainThoughReadsGoOn() {
    follower(false, 5);
    assertEquals(List.of(5L), asked()); // and lost
    for (int i = 0; i < 4; i++) {
      now += ScriptedRaft.TIMING.heartbeat() / 2;
      node.read(() -> {});
      node.endOfBatch();
      follower(false, 5);
      otherConfirms();
    }
    assertEquals(List.of(5L, 5L), asked(), "one in a heartbeat");
  }

  /** The other node confirms the newest round of reads. */
  private void otherConfirms() {
    long round = 0;
    for (Message message : sent) {
      if (message instanceof Message.Append a) {
        round = Math.max(round, a.round());
      }
    }
    node.raft.receive(
        new Message.AppendReply(OTHER, SELF, node.raft.term(), true, log.lastIndex(), round));
    node.endOfBatch();
  }

  @Test
  void severalRejectionsAtOnceAskForTheSame() {
    for (int i = 0; i < 3; i++) {
      node.raft.receive(new Message.AppendReply(FOLLOWER, SELF, node.raft.term(), false, 7, 0));
    }
    node.endOfBatch();
    assertEquals(List.of(7L), asked());
  }

  @Test
  void aFollowerThatRejectsEverythingIsAskedOnceInAHeartbeat() {
    for (int heartbeat = 0; heartbeat < 5; heartbeat++) {
      for (int i = 0; i < 10; i++) {
        follower(false, 1);
      }
      assertTrue(asked().size() <= 2, "asked more than once");
      now += ScriptedRaft.TIMING.heartbeat();
      node.endOfBatch();
    }
  }
}
