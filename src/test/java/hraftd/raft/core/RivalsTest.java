package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes that are started together and campaign together: soon one of them leads. */
class RivalsTest extends OneOfThree {

  private void receive(Message message) {
    assertNull(node.raft.receive(message));
    node.endOfBatch();
  }

  private <M extends Message> List<M> sent(Class<M> type) {
    return sent.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void campaign() {
    log.append(
        List.of(
            new Entry(1, 1, Entry.Kind.NOOP, 0, 0, 0, new byte[0]),
            new Entry(2, 1, Entry.Kind.NOOP, 0, 0, 0, new byte[0])));
    stores.save(1, null);
    node = start(THREE);
    node.raft.campaign();
    node.endOfBatch();
    assertEquals(2, sent(Message.PreVote.class).size());
    sent.clear();
  }

  @Test
  void whoAsksAndHasLessIsAskedItselfAtOnce() {
    campaign();
    Message behind = new Message.PreVote(B, SELF, 1, /* lastIndex= */ 1, 1, 0);
    receive(behind);
    assertEquals(List.of(B), sent(Message.PreVote.class).stream().map(Message::to).toList());
    receive(behind);
    assertEquals(1, sent(Message.PreVote.class).size(), "once: it is asked again in time");
  }

  @Test
  void aSplitVoteIsTriedAgainSoonAndWithoutAFurtherTerm() {
    campaign();
    receive(new Message.PreVoteReply(B, SELF, 1, 1, true, false));
    assertEquals(2, node.raft.term());
    sent.clear();
    receive(new Message.VoteReply(B, SELF, 2, false));
    now += ScriptedRaft.TIMING.election() / 4;
    node.endOfBatch();
    assertEquals(2, sent(Message.PreVote.class).size());
    assertEquals(2, node.raft.term());
  }
}
