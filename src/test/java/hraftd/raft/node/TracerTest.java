package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import hraftd.kv.Command;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.ConsensusException;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import hraftd.raft.RequestTrace;
import hraftd.raft.RequestTrace.Detail;
import hraftd.raft.RequestTrace.Step;
import hraftd.raft.RequestTrace.What;
import hraftd.raft.core.Entry;
import hraftd.raft.core.InFlight;
import hraftd.raft.core.Message;
import hraftd.raft.core.PendingRead;
import hraftd.raft.core.PendingRequest;
import hraftd.raft.core.PendingWrite;
import hraftd.raft.core.Raft;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a request, of three loops that hear each other batch by batch. */
class TracerTest {

  private static final long MILLI = 1_000_000;
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Membership THREE =
      new Membership(
          IntStream.rangeClosed(1, 3)
              .mapToObj(
                  i ->
                      new Member(
                          new NodeId("n" + i, i), new HostPort("r", i), new HostPort("h", i), true))
              .toList());

  private static final int IN_FLIGHT_BYTES = 1 << 20;

  private long now = 7;
  private Predicate<Message> lost = message -> false;
  private final List<Node> nodes = new ArrayList<>();
  private Node leader;
  private Node follower;

  /** One member; what it sends is there in the next batch. */
  private final class Node extends SurroundingsAtOnce {

    final NodeId self;
    final RaftLoop loop;
    final Raft raft;
    Queue<Message> inbox = new ArrayDeque<>();

    Node(NodeId self, long seed) {
      this.self = self;
      LoopInMemory member =
          LoopInMemory.start(
              this,
              new InFlight(1000, IN_FLIGHT_BYTES),
              self,
              THREE,
              LoopInMemory.snapshotAfter(Long.MAX_VALUE),
              seed);
      loop = member.loop();
      raft = member.raft();
    }

    @Override
    public void send(Message message) {
      if (lost.test(message)) {
        return;
      }
      nodes.stream().filter(n -> n.self.equals(message.to())).forEach(n -> n.inbox.add(message));
    }

    void batch() {
      Queue<Message> come = inbox;
      inbox = new ArrayDeque<>();
      loop.beginOfBatch();
      come.forEach(loop::received);
      loop.endOfBatch();
    }

    @Override
    public long nanoTime() {
      return now;
    }
  }

  @BeforeEach
  void elect() {
    for (Member member : THREE.members()) {
      nodes.add(new Node(member.node(), member.node().incarnation()));
    }
    leader = nodes.get(0);
    follower = nodes.get(1);
    leader.raft.campaign();
    batches(20);
    assertTrue(leader.raft.leads());
    assertEquals(leader.self, follower.raft.leader());
  }

  private void batches(int count) {
    for (int i = 0; i < count; i++) {
      now += MILLI;
      nodes.forEach(Node::batch);
    }
  }

  private RequestTrace follow(Node node, PendingRequest<?> request, byte[] data) {
    RequestTrace trace = new RequestTrace(() -> now, now);
    if (request instanceof PendingWrite write) {
      node.loop.tracer().follow(write, data, trace);
    } else if (request instanceof PendingRead read) {
      node.loop.tracer().follow(read, trace);
    }
    node.loop.submit(request);
    return trace;
  }

  private RequestTrace write(Node node) {
    byte[] data = CommandCodec.encode(new Command.Tick());
    PendingWrite write = new PendingWrite(data, false, now, now + 1000 * MILLI);
    RequestTrace trace = follow(node, write, data);
    batches(10);
    assertTrue(write.answer().isDone() && !write.answer().isCompletedExceptionally());
    return trace;
  }

  private RequestTrace read(Node node) {
    PendingRead read = new PendingRead(now, now + 1000 * MILLI);
    RequestTrace trace = follow(node, read, new byte[0]);
    batches(10);
    assertTrue(read.answer().isDone() && !read.answer().isCompletedExceptionally());
    return trace;
  }

  private static List<What> whats(RequestTrace trace) {
    return trace.steps().stream().map(Step::what).toList();
  }

  private static Detail detail(RequestTrace trace, What what) {
    return trace.steps().stream().filter(s -> s.what() == what).findFirst().orElseThrow().detail();
  }

  private static void assertNeverBack(RequestTrace trace) {
    List<Long> micros = trace.steps().stream().map(Step::micros).toList();
    assertEquals(micros.stream().sorted().toList(), micros);
  }

  @Test
  void aWriteOnTheLeader() {
    RequestTrace trace = write(leader);
    List<What> whats = whats(trace);
    assertEquals(
        List.of(What.RECEIVED, What.TAKEN, What.APPENDED, What.SENT, What.SENT),
        whats.subList(0, 5));
    int committed = whats.indexOf(What.COMMITTED);
    List<What> before = whats.subList(0, committed);
    assertTrue(before.contains(What.ON_DISK) && before.contains(What.ACKNOWLEDGED), "a majority");
    assertEquals(committed + 1, whats.indexOf(What.APPLIED));
    assertEquals(leader.raft.commitIndex(), detail(trace, What.APPENDED).index());
    assertEquals(leader.raft.term(), detail(trace, What.APPENDED).term());
    assertEquals(leader.raft.commitIndex(), detail(trace, What.COMMITTED).index());
    assertEquals(leader.self, trace.self());
    assertEquals(RaftStatus.Role.LEADER, trace.role());
    assertNeverBack(trace);
  }

  @Test
  void aWriteOnAFollower() {
    RequestTrace trace = write(follower);
    assertEquals(
        List.of(
            What.RECEIVED,
            What.TAKEN,
            What.FORWARDED,
            What.APPENDED,
            What.ON_DISK,
            What.ACKNOWLEDGED,
            What.COMMITTED,
            What.APPLIED),
        whats(trace));
    assertEquals(leader.self, detail(trace, What.FORWARDED).to());
    assertEquals(follower.self, detail(trace, What.ACKNOWLEDGED).by());
    assertEquals(leader.self, detail(trace, What.ACKNOWLEDGED).to());
    assertEquals(RaftStatus.Role.FOLLOWER, trace.role());
    assertNeverBack(trace);
  }

  @Test
  void aReadOnTheLeader() {
    RequestTrace trace = read(leader);
    assertEquals(
        List.of(What.RECEIVED, What.TAKEN, What.ROUND_BEGUN, What.CONFIRMED),
        whats(trace).subList(0, 4));
    Detail begun = detail(trace, What.ROUND_BEGUN);
    assertEquals(leader.raft.commitIndex(), begun.index());
    assertTrue(begun.round() > 0);
    assertTrue(detail(trace, What.CONFIRMED).round() >= begun.round());
    assertNeverBack(trace);
  }

  @Test
  void aReadOnAFollower() {
    RequestTrace trace = read(follower);
    assertEquals(
        List.of(What.RECEIVED, What.TAKEN, What.ASKED, What.READ_INDEX, What.APPLIED),
        whats(trace));
    assertEquals(leader.self, detail(trace, What.ASKED).to());
    assertEquals(leader.self, detail(trace, What.READ_INDEX).by());
    assertEquals(leader.raft.commitIndex(), detail(trace, What.READ_INDEX).index());
    assertNeverBack(trace);
  }

  @Test
  void ofManyWritesEachIsToldItsOwn() {
    List<RequestTrace> traces = new ArrayList<>();
    for (Node node : List.of(leader, follower, nodes.get(2))) {
      for (int i = 0; i < 5; i++) {
        byte[] data = CommandCodec.encode(new Command.Tick());
        traces.add(follow(node, new PendingWrite(data, false, now, now + 1000 * MILLI), data));
      }
    }
    batches(20);
    List<Long> indexes = traces.stream().map(t -> detail(t, What.APPLIED).index()).toList();
    assertEquals(15, indexes.stream().distinct().count(), indexes::toString);
  }

  @Test
  void soManyAreFollowedAndNoMore() {
    List<PendingWrite> writes = new ArrayList<>();
    List<RequestTrace> traces = new ArrayList<>();
    for (int i = 0; i <= Tracer.MAX_TRACED; i++) {
      byte[] data = CommandCodec.encode(new Command.Tick());
      PendingWrite write = new PendingWrite(data, false, now, now + 1000 * MILLI);
      writes.add(write);
      traces.add(follow(leader, write, data));
    }
    batches(20);
    assertTrue(writes.stream().allMatch(write -> write.answer().isDone()), "none waits for that");
    RequestTrace last = traces.remove(Tracer.MAX_TRACED);
    assertTrue(last.isRefused());
    assertEquals(List.of(What.RECEIVED), whats(last));
    assertTrue(traces.stream().noneMatch(RequestTrace::isRefused));
    assertFalse(write(leader).isRefused(), "there is room again");
  }

  @Test
  void whileNothingIsFollowedNothingIsMadeForIt() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Tracer tracer = leader.loop.tracer();
    Entry entry = leader.raft.log.entry(1);
    List<Entry> entries = List.of(entry);
    Message message = new Message.TimeoutNow(leader.self, follower.self, 1);
    int times = 100_000;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < times; i++) {
      tracer.look();
      tracer.sent(message);
      tracer.received(message);
      tracer.appended(entries);
      tracer.roundBegun(1, 1, List.of());
      tracer.applied(entry);
      tracer.endOfBatch();
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(bytes < times, bytes + " bytes, less than one object each");
  }

  @Test
  void oneThatEndsBeforeItIsTakenGivesItsPlaceBack() {
    for (int i = 0; i < 2 * Tracer.MAX_TRACED; i++) {
      PendingRead read = new PendingRead(now, now + MILLI);
      RequestTrace trace = new RequestTrace(() -> now, now);
      leader.loop.tracer().follow(read, trace);
      read.end(new ConsensusException.Stopping());
      assertFalse(trace.isRefused());
    }
    assertEquals(What.TAKEN, Objects.requireNonNull(whats(read(leader)).get(1)));
  }

  @Test
  void oneForWhichThereIsNoRoomGivesItsPlaceBack() {
    byte[] data = new byte[IN_FLIGHT_BYTES + 1];
    for (int i = 0; i <= Tracer.MAX_TRACED; i++) {
      PendingWrite write = new PendingWrite(data, false, now, now + 1000 * MILLI);
      assertThrows(ConsensusException.Overloaded.class, () -> follow(leader, write, data));
      assertTrue(write.answer().isCompletedExceptionally());
    }
    assertFalse(write(leader).isRefused());
  }

  @Test
  void anEntryThatWasCutOffIsNotTakenForTheOneInItsPlace() {
    NodeId cutOff = leader.self;
    lost = message -> message.from().equals(cutOff) || message.to().equals(cutOff);
    byte[] data = CommandCodec.encode(new Command.Tick());
    PendingWrite write = new PendingWrite(data, false, now, now + NEVER.toNanos());
    RequestTrace trace = follow(leader, write, data);
    long term = leader.raft.term();
    batches(3);
    long index = detail(trace, What.APPENDED).index();
    assertEquals(leader.raft.log.lastIndex(), index);
    for (int i = 0; i < 5000 && nodes.stream().skip(1).noneMatch(n -> n.raft.leads()); i++) {
      batches(1);
    }
    lost = message -> false;
    batches(200);
    assertTrue(leader.raft.commitIndex() >= index && leader.raft.log.term(index) > term, "cut off");
    List<What> untilAgain = new ArrayList<>();
    for (Step step : trace.steps()) {
      if (step.what() == What.APPENDED && step.detail().index() != index) {
        break;
      }
      untilAgain.add(step.what());
    }
    assertFalse(untilAgain.contains(What.COMMITTED), untilAgain::toString);
    assertFalse(untilAgain.contains(What.ACKNOWLEDGED), untilAgain::toString);
  }

  @Test
  void whatIsAskedWhileAReadWaitsToBeServedIsNotItsOwn() {
    lost = message -> message instanceof Message.Append && message.to().equals(follower.self);
    write(leader);
    PendingRead read = new PendingRead(now, now + 1000 * MILLI);
    RequestTrace trace = follow(follower, read, new byte[0]);
    batches(5);
    follower.loop.submit(new PendingRead(now, now + 1000 * MILLI));
    batches(5);
    assertEquals(List.of(What.RECEIVED, What.TAKEN, What.ASKED, What.READ_INDEX), whats(trace));
    lost = message -> false;
    batches(100);
    assertTrue(read.isDone());
    assertEquals(
        List.of(What.RECEIVED, What.TAKEN, What.ASKED, What.READ_INDEX, What.APPLIED),
        whats(trace));
  }

  @Test
  void aReadSeesTheVeryEntryApplied() {
    Entry entry = leader.raft.log.entry(1);
    RequestTrace trace = new RequestTrace(() -> now, now);
    TracedRead traced = new TracedRead(new PendingRead(now, now + 1000 * MILLI), trace);
    traced.sent(follower.raft, new Message.ReadIndex(follower.self, leader.self, 1, 5));
    long behind = follower.raft.log.lastIndex() + 1;
    traced.received(
        follower.raft, new Message.ReadIndexReply(leader.self, follower.self, 1, 5, behind));
    traced.applied(entry);
    assertFalse(whats(trace).contains(What.APPLIED));
    traced.applied(new Entry(behind, 1, entry.kind(), 0, 1, 1, entry.data()));
    assertTrue(whats(trace).contains(What.APPLIED));
  }
}
