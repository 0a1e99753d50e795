package hraftd.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import hraftd.raft.RequestTrace.Detail;
import hraftd.raft.RequestTrace.Step;
import hraftd.raft.RequestTrace.What;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestTraceTest {

  private static final NodeId NODE = new NodeId("n1", 1);

  private long now = -5_000;
  private final RequestTrace trace = new RequestTrace(() -> now, now);

  @Test
  void eachStepComesBehindTheOneBeforeInMicroseconds() {
    now += 2_999;
    trace.note(What.QUEUED);
    now += 1_000_001;
    trace.note(What.SENT, Detail.to(NODE));
    assertEquals(
        List.of(
            new Step(What.RECEIVED, 0, Detail.NONE),
            new Step(What.QUEUED, 2, Detail.NONE),
            new Step(What.SENT, 1003, Detail.to(NODE))),
        trace.steps());
  }

  @Test
  void onceItHasEndedItStaysAsItIs() {
    trace.end();
    now += 1_000;
    trace.note(What.ACKNOWLEDGED);
    trace.end();
    assertEquals(
        List.of(What.RECEIVED, What.ANSWERED), trace.steps().stream().map(Step::what).toList());
  }

  @Test
  void howeverMuchHappensItDoesNotGrowForEver() {
    for (int i = 0; i < 2 * RequestTrace.MAX_STEPS; i++) {
      trace.note(What.FORWARDED);
    }
    assertEquals(RequestTrace.MAX_STEPS, trace.steps().size());
    trace.end();
    trace.end();
    List<What> steps = trace.steps().stream().map(Step::what).toList();
    assertEquals(RequestTrace.MAX_STEPS + 1, steps.size());
    assertEquals(What.ANSWERED, steps.get(RequestTrace.MAX_STEPS), "how it ends is always told");
  }

  @Test
  void whereItIsIsNotKnownBeforeRaftHasIt() {
    assertNull(trace.self());
    assertNull(trace.role());
    trace.on(NODE, RaftStatus.Role.LEADER);
    assertEquals(NODE, trace.self());
    assertEquals(RaftStatus.Role.LEADER, trace.role());
  }
}
