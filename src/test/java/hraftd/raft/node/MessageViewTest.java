package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Entry;
import hraftd.raft.core.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is told of a message: the same at both ends. */
class MessageViewTest {

  private static final NodeId A = new NodeId("a", 1);
  private static final NodeId B = new NodeId("b", 2);

  private static long mark(Message message) {
    return MessageView.of(message).mark();
  }

  private static Message.Append append(long round, WireFormat common) {
    Entry entry = new Entry(8, 3, Entry.Kind.NOOP, 5, 0, 0, new byte[10]);
    return new Message.Append(A, B, 3, 7, 2, 6, 99, round, List.of(entry), common);
  }

  @Test
  void a_mark_leaves_out_what_older_formats_do_not_carry() {
    assertEquals(mark(append(1, WireFormat.OLDEST)), mark(append(1, WireFormat.NEWEST)));
    assertEquals(
        mark(new Message.AppendReply(A, B, 3, true, 8, 1)),
        mark(new Message.AppendReply(A, B, 3, true, 8, 1, true, true, 123)));
    assertEquals(
        mark(new Message.Refused(A, B, 3, 4, 5, Message.Reason.MEMORY_FULL)),
        mark(new Message.Refused(A, B, 3, 4, 5, Message.Reason.DISK_FULL)));
  }

  @Test
  void messages_that_say_something_else_have_other_marks() {
    Message.AppendReply reply = new Message.AppendReply(A, B, 3, true, 8, 1);
    List<Message> others =
        List.of(
            reply,
            new Message.AppendReply(B, A, 3, true, 8, 1),
            new Message.AppendReply(A, new NodeId("b", 3), 3, true, 8, 1),
            new Message.AppendReply(A, B, 4, true, 8, 1),
            new Message.AppendReply(A, B, 3, false, 8, 1),
            new Message.AppendReply(A, B, 3, true, 9, 1),
            new Message.AppendReply(A, B, 3, true, 8, 2),
            new Message.SnapshotReply(A, B, 3, 1, 8, 1),
            new Message.VoteReply(A, B, 3, true),
            new Message.VoteReply(A, B, 3, false),
            new Message.TimeoutNow(A, B, 3));
    Set<Long> marks = others.stream().map(MessageViewTest::mark).collect(Collectors.toSet());
    assertEquals(others.size(), marks.size());
    assertNotEquals(mark(append(1, WireFormat.OLDEST)), mark(append(2, WireFormat.OLDEST)));
  }

  @Test
  void the_low_bits_of_marks_are_spread_evenly() {
    long quarter =
        LongStream.range(0, 10_000)
            .filter(round -> (mark(append(round, WireFormat.OLDEST)) & 3) == 0)
            .count();
    assertEquals(2500, (double) quarter, 250);
  }

  @Test
  void an_append_tells_what_it_carries() {
    PeerMessage seen = MessageView.of(append(77, WireFormat.OLDEST));
    assertEquals(PeerMessage.Kind.APPEND, seen.kind());
    assertEquals(
        "[prev=7, prevTerm=2, count=1, bytes=10, commit=6, round=77]",
        seen.details().get().stream().map(d -> d.name() + "=" + d.value()).toList().toString());
  }

  @Test
  void every_kind_has_a_word_of_its_own() {
    Set<String> words = new HashSet<>();
    for (PeerMessage.Kind kind : PeerMessage.Kind.values()) {
      words.add(kind.word());
    }
    assertEquals(Message.class.getPermittedSubclasses().length, words.size());
  }
}
