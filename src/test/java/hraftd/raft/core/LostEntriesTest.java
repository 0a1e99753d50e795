package hraftd.raft.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose disk has lost entries that it had, and its leader. */
class LostEntriesTest extends OneOfThree {

  private static final long TERM = 3;

  /** Had entries up to 5, of which it has 2. */
  @BeforeEach
  void loseEntries() {
    append(/* term= */ TERM, /* prev= */ 0, entries(1, 5, TERM));
    sync();
    assertEquals(5, acknowledged());
    loseFrom(3, /* through= */ 5);
  }

  private void loseFrom(long index, long through) {
    log.truncateFrom(index);
    log.lost(new Loss(index, through, "rot"));
    node = start(THREE);
    sent.clear();
  }

  private void append(long term, long prev, Entry... entries) {
    long prevTerm = prev == 0 ? 0 : log.term(prev);
    receive(
        new Message.Append(
            B, SELF, term, prev, prevTerm, /* commitIndex= */ 0, 0, 0, List.of(entries)));
  }

  private static Entry[] entries(long from, long to, long term) {
    List<Entry> entries = new ArrayList<>();
    for (long index = from; index <= to; index++) {
      entries.add(new Entry(index, term, Entry.Kind.COMMAND, index, 0, 0, ScriptedRaft.bytes("x")));
    }
    return entries.toArray(new Entry[0]);
  }

  private void receive(Message message) {
    node.raft.receive(message);
    node.raft.endOfBatch(); // without an fsync
  }

  private void sync() {
    log.synced(log.syncTarget());
    node.endOfBatch();
  }

  private long acknowledged() {
    return sent.stream()
        .filter(m -> m instanceof Message.AppendReply reply && reply.matched())
        .mapToLong(m -> ((Message.AppendReply) m).index())
        .max()
        .orElse(0);
  }

  private boolean grants(long term) {
    sent.clear();
    now += 2 * ScriptedRaft.TIMING.election(); // while it hears a leader it gives no vote
    receive(new Message.Vote(C, SELF, term, /* lastIndex= */ 9, /* lastTerm= */ TERM + 5, false));
    return sent.stream().anyMatch(m -> m instanceof Message.VoteReply reply && reply.granted());
  }

  private boolean campaigns() {
    sent.clear();
    for (int i = 0; i < 20; i++) {
      now += ScriptedRaft.TIMING.election();
      node.endOfBatch();
    }
    return sent.stream().anyMatch(m -> m instanceof Message.PreVote || m instanceof Message.Vote);
  }

  @Test
  void itDoesNotVoteNorStandForElection() {
    now += 5 * ScriptedRaft.TIMING.election();
    receive(new Message.PreVote(C, SELF, TERM, 9, TERM, 0));
    assertTrue(
        sent.stream().noneMatch(m -> m instanceof Message.PreVoteReply reply && reply.granted()));
    assertFalse(grants(TERM + 1));
    assertFalse(campaigns());
    sent.clear();
    append(TERM + 1, 2);
    receive(new Message.TimeoutNow(B, SELF, TERM + 1));
    assertTrue(sent.stream().noneMatch(Message.Vote.class::isInstance));
    assertTrue(node.raft.withoutVote().contains("lost entries from 3 on"));
  }

  @Test
  void itAcknowledgesWhatItHasAndVotesOnceThatIsAllThatItHad() {
    append(TERM, 2, entries(3, 4, TERM));
    sync();
    assertEquals(4, acknowledged());
    assertFalse(grants(TERM + 1));
    append(TERM + 1, 4, entries(5, 5, TERM));
    assertFalse(grants(TERM + 2), "entry 5 is not on the disk yet");
    append(TERM + 2, 5);
    sync();
    assertEquals("", node.raft.withoutVote());
    assertTrue(grants(TERM + 3));
  }

  @Test
  void anEntryOfATermAfterTheLossIsAsGood() {
    loseFrom(2, Loss.UNKNOWN);
    append(TERM, 1, entries(2, 5, TERM));
    sync();
    assertFalse(grants(TERM + 1), "it may have had more");
    append(TERM + 1, 5, entries(6, 6, TERM + 1));
    sync();
    assertTrue(grants(TERM + 2));
  }

  @Test
  void aNodeThatVotesAloneSaysWhatIsLostAndStops() {
    Membership alone = new Membership(List.of(ScriptedRaft.member(SELF)));
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> start(alone));
    assertTrue(String.valueOf(e.getMessage()).contains("lost entries from 3 on"), e.getMessage());
    for (String command : List.of("hraftd inspect", "hraftd recover")) {
      assertTrue(String.valueOf(e.getMessage()).contains(command), e.getMessage());
    }
  }
}
