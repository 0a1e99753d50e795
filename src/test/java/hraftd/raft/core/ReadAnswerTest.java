package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a follower makes of the leader's answers to its questions about reads (6.4). */
class ReadAnswerTest extends OneOfThree {

  @BeforeEach
  void follow() {
    receive(new Message.Append(B, SELF, 1, 0, 0, 0, 0, 0, List.of()));
  }

  private void receive(Message message) {
    assertNull(node.raft.receive(message));
    node.endOfBatch();
  }

  private long asked() {
    Message.ReadIndex last = null;
    for (Message message : sent) {
      last = message instanceof Message.ReadIndex question ? question : last;
    }
    return Objects.requireNonNull(last).request();
  }

  /** What was written between the two questions, the later read has to see. */
  @Test
  void theAnswerToAnEarlierQuestionConfirmsNoLaterRead() {
    PendingRead early = node.read();
    node.endOfBatch();
    long first = asked();
    PendingRead late = node.read();
    now += ScriptedRaft.TIMING.resend();
    node.endOfBatch();
    assertTrue(asked() != first, "it has asked again, for both");
    receive(new Message.ReadIndexReply(B, SELF, 1, first, 0));
    assertFalse(late.answer().isDone());
    receive(new Message.ReadIndexReply(B, SELF, 1, asked(), 0));
    assertTrue(early.answer().isDone());
    assertTrue(late.answer().isDone());
  }
}
