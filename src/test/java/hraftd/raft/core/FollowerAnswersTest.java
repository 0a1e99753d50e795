package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.NodeId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a follower answers its leader, and when it has nothing to say. */
class FollowerAnswersTest extends OneOfThree {

  private static final NodeId LEADER = B;

  private final Raft raft = node.raft;

  /** The leader has just been answered, in round 1. */
  @BeforeEach
  void begin() {
    assertEquals(List.of(answer(1, 0, 1)), afterAppend(1, 0, 1));
  }

  private static Message answer(long term, long index, long round) {
    return answer(term, index, round, /* syncMicros= */ 0);
  }

  private static Message answer(long term, long index, long round, long syncMicros) {
    return new Message.AppendReply(
        SELF,
        LEADER,
        term,
        true,
        index,
        round,
        /* memoryFull= */ false,
        /* diskFull= */ false,
        syncMicros);
  }

  private static Entry entry(long index) {
    return new Entry(index, 1, Entry.Kind.COMMAND, index, 0, 0, ScriptedRaft.bytes("x"));
  }

  /** What it sends by the end of a batch with this message. */
  private List<Message> afterAppend(long term, long prevIndex, long round, Entry... entries) {
    long prevTerm = prevIndex == 0 ? 0 : 1;
    raft.receive(
        new Message.Append(LEADER, SELF, term, prevIndex, prevTerm, 0, 0, round, List.of(entries)));
    return afterBatch();
  }

  private List<Message> afterBatch() {
    sent.clear();
    raft.endOfBatch();
    return List.copyOf(sent);
  }

  private List<Message> afterFsync() {
    log.synced(log.syncTarget());
    return afterBatch();
  }

  @Test
  void entriesAreAnsweredOnceBehindTheFsync() {
    assertEquals(List.of(), afterAppend(1, 0, 1, entry(1)));
    assertEquals(List.of(), afterAppend(1, 1, 1, entry(2)));
    assertEquals(List.of(answer(1, 2, 1)), afterFsync());
    assertEquals(List.of(), afterBatch());
  }

  @Test
  void aMessageThatOnlyTellsTheCommitIndexNeedsNoAnswer() {
    assertEquals(List.of(), afterAppend(1, 0, 1));
  }

  @Test
  void whileTheDiskHangsTheLeaderHearsOfIt() {
    afterAppend(1, 0, 1, entry(1));
    now += raft.timing.heartbeat() / 2;
    long micros = raft.timing.heartbeat() / 2 / 1000;
    assertEquals(List.of(answer(1, 0, 1, micros)), afterAppend(1, 1, 1));
    assertEquals(List.of(), afterAppend(1, 1, 1), "not again at once");
  }

  @Test
  void aNewRoundIsAnsweredAtOnce() {
    assertEquals(List.of(answer(1, 0, 2)), afterAppend(1, 0, 2, entry(1)));
  }

  @Test
  void whatIsDurableAlreadyIsAnsweredAtOnce() {
    afterAppend(1, 0, 1, entry(1));
    afterFsync();
    assertEquals(List.of(answer(1, 1, 1)), afterAppend(1, 0, 1, entry(1)));
  }

  @Test
  void aNewTermIsAnsweredAtOnce() {
    assertEquals(List.of(answer(2, 0, 1)), afterAppend(2, 0, 1));
  }

  @Test
  void afterItsConnectionBrokeTheLeaderIsAnsweredAtOnce() {
    raft.peerDown(LEADER);
    assertEquals(List.of(answer(1, 0, 1)), afterAppend(1, 0, 1));
  }
}
