package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.kv.Key;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.RaftPicture;
import hraftd.raft.RaftStatus;
import hraftd.raft.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a member tells, under a clock that stands still until it is moved. */
class RecorderTest {

  private static final NodeId ONE = new NodeId("n1", 1);
  private static final NodeId TWO = new NodeId("n2", 2);
  private static final NodeId THREE = new NodeId("n3", 3);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long SECOND = 1_000_000;

  private long micros = 1_700_000_000L * SECOND;
  private final List<String> text = new ArrayList<>();
  private final List<JsonNode> told = new ArrayList<>();
  private final Recorder recorder = recorder("n1", told, Pace.QUIET);

  private Recorder recorder(String node, List<JsonNode> into, Pace pace) {
    return new Recorder(node, () -> micros, pace, event -> into.add(read(event)));
  }

  private JsonNode read(Event event) {
    text.add(new String(event.json(), StandardCharsets.UTF_8));
    try {
      JsonNode json = MAPPER.readTree(event.json());
      assertEquals(event.name(), json.path("event").textValue());
      assertEquals(event.n(), json.path("n").longValue());
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Member member(NodeId node) {
    return new Member(node, new HostPort("r", 1), new HostPort("h", 2), true);
  }

  private static final Membership MEMBERS =
      new Membership(List.of(member(ONE), member(TWO), member(THREE)));

  private static RaftPicture picture(long last, boolean diskFull) {
    RaftStatus status =
        new RaftStatus(
            ONE,
            RaftStatus.Role.LEADER,
            4,
            member(ONE),
            MEMBERS,
            1,
            1,
            last,
            last - 1,
            last - 2,
            0,
            100,
            0,
            null,
            "waiting for n3",
            diskFull,
            false,
            WireFormat.NEWEST,
            "",
            List.of(new RaftStatus.Peer(member(TWO), 7, Duration.ofMillis(12), WireFormat.NEWEST)));
    List<RaftPicture.Cell> tape =
        List.of(
            new RaftPicture.Cell(last - 1, 3, "noop", 0, 5, List.of()),
            new RaftPicture.Cell(last, 4, "command", 20, 6, List.of(Key.of("color"))));
    return new RaftPicture(status, ONE, last, tape);
  }

  private static PeerMessage message(NodeId from, NodeId to, long mark) {
    return new PeerMessage(
        PeerMessage.Kind.APPEND,
        from,
        to,
        4,
        mark,
        () -> List.of(new PeerMessage.Detail("prev", 41L), new PeerMessage.Detail("count", 2L)));
  }

  private List<String> moments() {
    return told.stream()
        .filter(event -> event.path("event").textValue().equals("moment"))
        .map(event -> event.path("kind").textValue())
        .toList();
  }

  private JsonNode last() {
    return told.get(told.size() - 1);
  }

  @Test
  void events_are_counted_and_have_the_clocks_time() {
    recorder.tell(TimelineMoment.of("started", "n1 starts"));
    micros += 1500;
    recorder.tell(TimelineMoment.of("slow_fsync", "an fsync of n1 took 300 ms").taking(300));
    assertEquals(
        "{\"event\":\"moment\",\"node\":\"n1\",\"n\":1,\"at\":1700000000000.000,"
            + "\"kind\":\"started\",\"text\":\"n1 starts\"}",
        text.get(0));
    assertEquals(2, last().path("n").longValue());
    assertEquals(1_700_000_000_001.5, last().path("at").doubleValue());
    assertEquals(300, last().path("millis").longValue());
  }

  @Test
  void a_picture_has_the_fields_of_the_document() {
    assertTrue(recorder.wantsPicture());
    recorder.pictured(picture(9, false));
    JsonNode state = last();
    assertEquals("leader", state.path("role").textValue());
    assertEquals("n1", state.path("vote").textValue());
    assertEquals("n1", state.path("leader").textValue());
    assertEquals(9, state.path("synced").longValue());
    assertEquals(
        "[[8,3,\"noop\",0,5],[9,4,\"command\",20,6,[\"color\"]]]", state.path("tape").toString());
    assertEquals("[{\"id\":\"n2\",\"match\":7,\"heard\":12}]", state.path("peers").toString());
    assertEquals(
        "{\"id\":\"n1\",\"voter\":true,\"http\":\"h:2\"}", state.path("members").get(0).toString());
    assertEquals("waiting for n3", state.path("waits").textValue());
    assertFalse(state.has("full"));
    assertFalse(state.has("noVote"));
    assertFalse(state.has("health"));
  }

  @Test
  void pictures_come_once_a_second_while_nobody_looks_and_ten_times_while_somebody_does() {
    recorder.pictured(picture(9, false));
    micros += 999_000;
    assertFalse(recorder.wantsPicture());
    micros += 1000;
    assertTrue(recorder.wantsPicture());
    recorder.pictured(picture(10, false));
    recorder.pace(Pace.WATCHED);
    micros += 99_000;
    assertFalse(recorder.wantsPicture());
    micros += 1000;
    assertTrue(recorder.wantsPicture());
  }

  @Test
  void a_picture_that_shows_nothing_new_is_told_once_a_second() {
    recorder.pace(Pace.WATCHED);
    recorder.pictured(picture(9, false));
    int before = told.size();
    for (int i = 0; i < 9; i++) {
      micros += 100_000;
      recorder.pictured(picture(9, false));
    }
    assertEquals(before, told.size());
    micros += 100_000;
    recorder.pictured(picture(9, false));
    assertEquals(before + 1, told.size());
  }

  @Test
  void a_clock_that_is_set_back_does_not_stop_the_pictures() {
    recorder.pictured(picture(9, false));
    micros -= 3600 * SECOND;
    assertTrue(recorder.wantsPicture());
    int before = told.size();
    recorder.pictured(picture(9, false));
    assertEquals(before + 1, told.size());
    micros += 999_000;
    assertFalse(recorder.wantsPicture());
    micros += 1000;
    assertTrue(recorder.wantsPicture());
  }

  @Test
  void a_change_of_role_is_a_moment_and_wants_a_picture_at_once() {
    recorder.pictured(picture(9, false));
    assertFalse(recorder.wantsPicture());
    told.clear();
    recorder.roleChanged(RaftStatus.Role.FOLLOWER, 4, null, TWO);
    assertTrue(recorder.wantsPicture());
    recorder.roleChanged(RaftStatus.Role.FOLLOWER, 4, null, TWO);
    recorder.roleChanged(RaftStatus.Role.CANDIDATE, 4, null, null); // it asks first
    recorder.roleChanged(RaftStatus.Role.CANDIDATE, 5, ONE, null);
    recorder.roleChanged(RaftStatus.Role.LEADER, 5, ONE, ONE);
    recorder.roleChanged(RaftStatus.Role.FOLLOWER, 6, null, null);
    recorder.roleChanged(RaftStatus.Role.FOLLOWER, 6, null, THREE);
    recorder.roleChanged(RaftStatus.Role.REMOVED, 6, null, null);
    assertEquals(
        List.of("follows", "campaigns", "leads", "steps_down", "follows", "removed"), moments());
    assertEquals("n2", told.get(0).path("other").textValue());
    assertEquals(5, told.get(1).path("term").longValue());
  }

  @Test
  void what_happens_to_members_log_snapshots_disk_and_connections_are_moments() {
    recorder.membersChanged(MEMBERS);
    recorder.membersChanged(new Membership(MEMBERS.members()));
    recorder.truncated(17);
    recorder.snapshotTaken(20, 1000);
    recorder.snapshotInstalled(30);
    PeerMessage piece =
        new PeerMessage(
            PeerMessage.Kind.SNAPSHOT,
            ONE,
            TWO,
            4,
            1,
            () ->
                List.of(
                    new PeerMessage.Detail("index", 20L), new PeerMessage.Detail("offset", 0L)));
    recorder.sent(piece);
    recorder.sent(piece);
    recorder.disconnected(TWO);
    recorder.disconnected(TWO);
    recorder.disconnected(new NodeId("stranger", 5));
    recorder.connected(TWO);
    recorder.pictured(picture(9, true));
    recorder.pictured(picture(9, true));
    recorder.pictured(picture(9, false));
    assertEquals(
        List.of(
            "members",
            "truncated",
            "snapshot_taken",
            "snapshot_installed",
            "snapshot_sent",
            "unreachable",
            "connected",
            "full",
            "not_full"),
        moments());
    assertEquals(17, told.get(1).path("index").longValue());
  }

  @Test
  void messages_are_told_by_mark_with_what_they_say() {
    recorder.sent(message(ONE, TWO, 0x1c));
    assertEquals("msg", last().path("event").textValue());
    assertEquals("n2", last().path("to").textValue());
    assertEquals("append", last().path("kind").textValue());
    assertEquals("000000000000001c", last().path("mark").textValue());
    assertEquals(41, last().path("prev").longValue());
    recorder.received(message(TWO, ONE, 0x1d));
    assertEquals("recv", last().path("event").textValue());
    assertEquals("n2", last().path("from").textValue());
    assertEquals("000000000000001d", last().path("mark").textValue());
  }

  @Test
  void both_ends_leave_out_the_same_and_say_how_many() {
    List<JsonNode> other = new ArrayList<>();
    Recorder follower = recorder("n2", other, Pace.QUIET);
    recorder.pictured(picture(9, false));
    follower.pictured(picture(9, false));
    Random marks = new Random(1);
    Set<String> sent = new HashSet<>();
    Set<String> received = new HashSet<>();
    for (int second = 0; second < 10; second++) {
      told.clear();
      other.clear();
      for (int i = 0; i < 1000; i++) {
        PeerMessage message = message(ONE, TWO, marks.nextLong());
        recorder.sent(message);
        follower.received(message);
        // The other links of the leader do not matter.
        recorder.sent(message(ONE, THREE, marks.nextLong()));
        micros += 1000;
      }
      addMarks(told, "n2", sent);
      addMarks(other, null, received);
      assertTrue(told.size() <= 100, "in a second " + told.size());
      recorder.pictured(picture(10 + second, false));
      long lost = told.get(told.size() - 2).path("count").longValue();
      assertEquals(2000, lost + told.size() - 2);
    }
    assertEquals(sent, received);
    assertTrue(sent.size() >= 10 * 10, "told in all: " + sent.size());
  }

  private static void addMarks(List<JsonNode> events, @Nullable String to, Set<String> marks) {
    for (JsonNode event : events) {
      if (event.has("mark") && (to == null || to.equals(event.path("to").textValue()))) {
        marks.add(event.path("mark").textValue());
      }
    }
  }

  @Test
  void a_clock_that_somebody_holds_shows_everything() {
    recorder.pace(Pace.EVERYTHING);
    for (int i = 0; i < 10_000; i++) {
      recorder.sent(message(ONE, TWO, i));
    }
    assertEquals(10_000, told.size());
    assertTrue(recorder.wantsPicture());
    recorder.pictured(picture(9, false));
    assertTrue(recorder.wantsPicture());
  }

  @Test
  void whatOnlyASimulationKnowsIsCountedWithTheRest() throws IOException {
    recorder.truncated(9);
    recorder.tell(
        "drop", MAPPER.createObjectNode().put("to", "n2").set("list", MAPPER.readTree("[1,null]")));
    JsonNode drop = told.get(1);
    assertEquals(2, drop.path("n").longValue());
    assertEquals("n1", drop.path("node").textValue());
    assertEquals("n2", drop.path("to").textValue());
    assertEquals("[1,null]", drop.path("list").toString());
  }

  @Test
  void a_picture_shows_how_the_node_fares_and_moments_that_came_up_are_told_before_it() {
    recorder.vitals(
        new Vitals() {
          @Override
          public List<TimelineMoment> moments() {
            return List.of(TimelineMoment.of("errors", "2 of them").counted(2));
          }

          @Override
          public Health health() {
            return new Health("1.2", 10, 20, /* diskFree= */ -1, 0.5, Double.NaN);
          }

          @Override
          public Rates rates(long lastIndex) {
            return new Rates(lastIndex, 2, 3, 4, 5, 6.5, 7.12345, 8, 0);
          }

          @Override
          public CopyHash hash() {
            return new CopyHash(5, "ab", "cd");
          }
        });
    recorder.pictured(picture(9, false));
    assertEquals("errors", told.get(told.size() - 2).path("kind").textValue());
    assertEquals(2, told.get(told.size() - 2).path("count").longValue());
    assertEquals("[5,\"ab\",\"cd\"]", last().path("hash").toString());
    assertEquals(
        "{\"version\":\"1.2\",\"http\":\"h:2\",\"heapUsed\":10,\"heapMax\":20,\"fsyncP50\":0.5}",
        last().path("health").toString());
    assertEquals(
        "{\"writes\":9.0,\"reads\":2.0,\"stale\":3.0,\"watchers\":4,\"fsyncs\":5.0,"
            + "\"entriesPerFsync\":6.5,\"p50\":7.123,\"p99\":8.0,\"errors\":0.0}",
        last().path("rates").toString());
  }
}
