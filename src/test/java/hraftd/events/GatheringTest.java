package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** There is one connection to each other member, for as long as that is one. */
class GatheringTest {

  private static final NodeId SELF = new NodeId("n1", 1);
  private static final NodeId OTHER = new NodeId("n2", 2);

  private final List<String> said = new ArrayList<>();
  private final MemberStreams streams =
      (http, line, ended) -> {
        said.add("open " + http);
        return () -> said.add("close " + http);
      };
  private final Gathering gathering =
      new Gathering(streams, new EventLog.Part(List.of(), 0, 0), lost -> {});

  private void turn(Member... others) {
    List<Member> all = new ArrayList<>(List.of(others));
    all.add(new Member(SELF, new HostPort("r", 1), new HostPort("h", 1), true));
    gathering.turn(new Membership(all), SELF, System.nanoTime());
  }

  private static Member other(int raft, int http, boolean voter) {
    return new Member(OTHER, new HostPort("r", raft), new HostPort("h", http), voter);
  }

  @Test
  void aLearnerThatBecomesAVoterIsNotAskedAnew() {
    turn(other(2, 2, false));
    turn(other(2, 2, true));
    turn(other(3, 2, true));
    assertEquals(List.of("open h:2"), said);
  }

  @Test
  void aMemberElsewhereIsAskedThere() {
    turn(other(2, 2, true));
    turn(other(2, 3, true));
    assertEquals(List.of("open h:2", "close h:2", "open h:3"), said);
  }

  @Test
  void oneThatIsNoneAnyMoreIsLeft() {
    turn(other(2, 2, true));
    turn();
    assertEquals(List.of("open h:2", "close h:2"), said);
  }
}
