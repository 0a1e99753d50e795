package hraftd.cluster;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members that come back at other addresses find each other by their incarnations. */
class RelocationsTest {

  private final TestNetwork network = new TestNetwork();
  private List<TestNetwork.Node> nodes;

  @BeforeEach
  void threeMembers() {
    nodes = network.formed(1, 2, 3);
  }

  @AfterEach
  void close() {
    network.close();
  }

  /** Node 1 comes back as node 11, node 2 as 12. */
  private TestNetwork.Node move(TestNetwork.Node node) {
    network.kill(node);
    return network.start(node.number + 10, node.identity);
  }

  private static Membership members(TestNetwork.Node node) {
    return node.local.consensus().status().membership();
  }

  /** As this node sees it. */
  private static Member member(TestNetwork.Node node, String id) {
    return Objects.requireNonNull(members(node).find(id));
  }

  private Moved moved(TestNetwork.Node node, int to) {
    Member self = member(nodes.get(2), "" + node.number);
    return new Moved(
        "" + node.clusterId(),
        new Member(self.node(), TestNetwork.raft(to), TestNetwork.http(to), /* voter= */ true));
  }

  private String refused(TestNetwork.Node at, Moved moved) {
    Deadline deadline = Deadline.after(TestNetwork.TIMEOUT);
    return assertThrows(ClusterException.class, () -> at.relocations.told(moved, deadline))
        .detail();
  }

  @Test
  void all_move_at_once_and_the_leader_makes_it_the_membership() throws Exception {
    List<TestNetwork.Node> there = new ArrayList<>();
    nodes.forEach(network::kill);
    nodes.forEach(node -> there.add(network.start(node.number + 10, node.identity)));
    List<Future<?>> movers = new ArrayList<>();
    for (TestNetwork.Node node : there) {
      movers.add(network.run(node.mover(11, 12, 13)::run));
    }
    eventually(
        "the membership has the new addresses",
        () -> {
          there.forEach(node -> node.relocations.run());
          return movers.stream().allMatch(Future::isDone);
        });
    for (Future<?> mover : movers) {
      mover.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
    for (int i = 1; i <= 3; i++) {
      Member member = member(there.get(0), "" + i);
      assertEquals(TestNetwork.http(10 + i), member.http());
      assertEquals(TestNetwork.raft(10 + i), member.raft());
      assertTrue(member.voter());
    }
  }

  @Test
  void one_moves_and_tells_the_others_where_they_were() throws Exception {
    TestNetwork.Node there = move(nodes.get(0));
    Future<?> mover = network.run(there.mover()::run);
    eventually(
        "the membership has its new address",
        () -> {
          List.of(there, nodes.get(1), nodes.get(2)).forEach(node -> node.relocations.run());
          return mover.isDone();
        });
    assertEquals(TestNetwork.http(11), member(nodes.get(1), "1").http());
  }

  @Test
  void one_that_comes_back_to_where_it_was_has_not_moved() {
    TestNetwork.Node leader = nodes.get(0);
    TestNetwork.Node there = move(nodes.get(1));
    leader.relocations.told(moved(nodes.get(1), 12), Deadline.after(TestNetwork.TIMEOUT));
    network.kill(there);
    network.start(2, nodes.get(1).identity);
    leader.relocations.told(moved(nodes.get(1), 2), Deadline.after(TestNetwork.TIMEOUT));
    long before = leader.local.consensus().status().membershipIndex();
    leader.relocations.run();
    assertEquals(before, leader.local.consensus().status().membershipIndex());
  }

  @Test
  void one_that_has_vanished_does_not_hide_where_the_others_are() {
    Deadline deadline = Deadline.after(TestNetwork.TIMEOUT);
    TestNetwork.Node told = nodes.get(0);
    TestNetwork.Node fourth = network.start(4);
    told.join("4", 4);
    Moved second = moved(nodes.get(1), 12);
    Moved third = moved(nodes.get(2), 13);
    TestNetwork.Node vanishes = move(nodes.get(1));
    told.relocations.told(second, deadline);
    network.kill(vanishes);
    move(nodes.get(2));
    told.relocations.told(third, deadline);
    TestNetwork.Node there = move(fourth);
    var mover = network.run(there.mover()::run);
    eventually(
        "it hears of 3",
        () -> third.member().equals(there.relocations.whereabouts().find("3")) || mover.isDone());
    assertEquals(third.member(), there.relocations.whereabouts().find("3"));
  }

  @Test
  void nobody_is_believed_who_does_not_answer_there() {
    network.kill(nodes.get(0));
    assertTrue(refused(nodes.get(1), moved(nodes.get(0), 11)).contains("11000"));
    network.start(11);
    assertTrue(refused(nodes.get(1), moved(nodes.get(0), 11)).contains("is not member 1"));
  }

  /** As where a machine is off: what is sent there is dropped. */
  @Test
  void one_whose_old_address_never_answers_moves() {
    Moved moved = moved(nodes.get(1), 12);
    move(nodes.get(1));
    network.holdDescriptions(new CompletableFuture<>(), 2);
    Membership known = nodes.get(0).relocations.told(moved, Deadline.after(TestNetwork.TIMEOUT));
    assertEquals(moved.member(), known.find("2"));
  }

  @Test
  void one_that_comes_back_while_nobody_leads_is_found_there() throws Exception {
    TestNetwork.Node told = nodes.get(0);
    Moved away = moved(nodes.get(1), 12);
    TestNetwork.Node there = move(nodes.get(1));
    told.relocations.told(away, Deadline.after(TestNetwork.TIMEOUT));
    network.kill(there);
    network.kill(nodes.get(2));
    network.fix();
    TestNetwork.Node back = network.start(2, nodes.get(1).identity);
    assertNull(back.local.consensus().status().leader());
    Future<?> mover = network.run(back.mover()::run);
    eventually(
        "it is found where it was",
        () -> member(told, "2").equals(told.relocations.whereabouts().find("2")));
    network.start(3, nodes.get(2).identity);
    mover.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {":1", "0.0.0.0:1", "[::]:1", "h:0"})
  void nobody_moves_to_nowhere(String nowhere) {
    HostPort there = HostPort.parse(nowhere);
    Moved moved = moved(nodes.get(1), 12);
    Member right = moved.member();
    for (Member wrong :
        List.of(
            new Member(right.node(), there, right.http(), true),
            new Member(right.node(), right.raft(), there, true))) {
      assertEquals(
          "an address where nobody can be reached",
          refused(nodes.get(0), new Moved(moved.clusterId(), wrong)));
    }
  }

  /** What is wrong there would keep it from its peers for good. */
  @Test
  void a_raft_address_that_is_not_its_own_is_refused() {
    Moved right = moved(nodes.get(1), 12);
    move(nodes.get(1));
    Member wrong =
        new Member(right.member().node(), TestNetwork.raft(13), TestNetwork.http(12), true);
    Moved moved = new Moved(right.clusterId(), wrong);
    assertTrue(refused(nodes.get(0), moved).contains("with the Raft address 127.0.0.1:13001"));
    JoinRequest join = new JoinRequest(new MemberId("2"), wrong.raft(), wrong.http(), true);
    Deadline deadline = Deadline.after(TestNetwork.TIMEOUT);
    String why =
        assertThrows(ClusterException.class, () -> nodes.get(0).members.join(join, false, deadline))
            .detail();
    assertTrue(why.contains("with the Raft address 127.0.0.1:13001"), why);
  }

  @Test
  void a_copy_beside_the_original_is_not_believed() {
    network.start(11, nodes.get(0).identity);
    assertTrue(refused(nodes.get(1), moved(nodes.get(0), 11)).contains("copied?"));
  }

  @Test
  void neither_is_another_cluster_or_a_stranger() {
    Moved moved = moved(nodes.get(0), 11);
    assertTrue(
        refused(nodes.get(1), new Moved("elsewhere", moved.member())).contains("another cluster"));
    TestNetwork.Node stranger = network.start(4);
    stranger.local.reserve(
        new Reservation(
            "x", stranger.local.incarnation(), TestNetwork.http(4), TestNetwork.raft(4)));
    Member unknown =
        new Member(
            new hraftd.raft.NodeId("4", stranger.local.incarnation()),
            TestNetwork.raft(4),
            TestNetwork.http(4),
            true);
    assertTrue(
        refused(nodes.get(1), new Moved("" + nodes.get(1).clusterId(), unknown))
            .contains("no member is 4"));
  }
}
