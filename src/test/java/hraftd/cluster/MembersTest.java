package hraftd.cluster;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.RaftStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Joining, moving, removing and stopping members of a running cluster. */
class MembersTest {

  private final TestNetwork network = new TestNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  private List<TestNetwork.Node> three() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    nodes.get(0).setup(TestNetwork.request(1, 2, 3));
    return nodes;
  }

  @Test
  void any_member_takes_a_join_and_the_same_again_is_fine() {
    List<TestNetwork.Node> nodes = three();
    TestNetwork.Node fourth = network.start(4);
    Membership members = nodes.get(2).join("4", 4);
    assertNotNull(members.find("4"));
    assertEquals(nodes.get(0).clusterId(), fourth.clusterId());
    assertEquals(members.members().size(), nodes.get(1).join("4", 4).members().size());
  }

  @Test
  void where_members_never_change_nobody_is_asked_to_become_one() {
    network.fix();
    List<TestNetwork.Node> nodes = three();
    TestNetwork.Node fourth = network.start(4);
    assertThrows(ConsensusException.NotSupported.class, () -> nodes.get(1).join("4", 4));
    assertNull(fourth.clusterId());
    assertThrows(ConsensusException.NotSupported.class, () -> nodes.get(0).remove("3"));
    // It would ask for ever.
    assertEquals(Kind.NOT_SUPPORTED, refused(() -> fourth.joiner(1).run()));
  }

  @Test
  void a_node_of_another_cluster_does_not_join() {
    List<TestNetwork.Node> nodes = three();
    network.start(4).setup(TestNetwork.request(4));
    assertEquals(Kind.ALREADY_SET_UP, refused(() -> nodes.get(1).join("4", 4)));
  }

  @Test
  void an_address_or_id_in_use_is_refused() {
    List<TestNetwork.Node> nodes = three();
    network.start(4);
    assertEquals(Kind.CONFLICT, refused(() -> nodes.get(0).join("9", 3)));
    assertEquals(Kind.CONFLICT, refused(() -> nodes.get(0).join("3", 4)));
    assertEquals(Kind.CONFLICT, refused(() -> nodes.get(0).join("1", 4)));
    assertEquals(Kind.UNREACHABLE, refused(() -> nodes.get(0).join("5", 5)));
    assertEquals(3, nodes.get(0).local.consensus().status().membership().members().size());
  }

  @Test
  void a_member_that_comes_back_elsewhere_is_moved() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(2));
    TestNetwork.Node moved = network.start(7, nodes.get(2).identity);
    assertTrue(moved.joiner(1).isNeeded());
    moved.joiner(6, 2).run();
    Member third = nodes.get(0).local.consensus().status().membership().find("3");
    assertNotNull(third);
    assertEquals(TestNetwork.http(7), third.http());
    assertEquals(TestNetwork.raft(7), third.raft());
    assertEquals(nodes.get(2).identity.incarnation(), third.node().incarnation());
    moved.keeper.run();
    assertFalse(moved.joiner(1).isNeeded());
  }

  @Test
  void a_wiped_node_replaces_the_one_it_was() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(2));
    TestNetwork.Node wiped = network.start(3);
    nodes.get(1).join("3", 3);
    Member third = nodes.get(0).local.consensus().status().membership().find("3");
    assertNotNull(third);
    assertEquals(wiped.identity.incarnation(), third.node().incarnation());
    assertEquals(3, nodes.get(0).local.consensus().status().membership().members().size());
  }

  @Test
  void a_removed_node_says_so_and_stops_serving() {
    List<TestNetwork.Node> nodes = three();
    assertNull(nodes.get(1).remove("3").find("3"));
    assertEquals(Description.State.REMOVED, nodes.get(2).describe().state());
    assertEquals(Kind.REMOVED, refused(() -> nodes.get(2).local.consensus()));
    assertEquals(Kind.NOT_FOUND, refused(() -> nodes.get(1).remove("3")));
    assertEquals(Kind.CONFLICT, refused(() -> nodes.get(1).join("3", 3)));
    network.kill(nodes.get(2));
    TestNetwork.Node again = network.start(3, nodes.get(2).identity);
    assertEquals(Kind.REMOVED, refused(() -> again.local.consensus()));
  }

  @Test
  void the_leader_removes_itself_by_way_of_the_next_one() {
    List<TestNetwork.Node> nodes = three();
    nodes.get(0).remove("1");
    assertEquals(Kind.REMOVED, refused(() -> nodes.get(0).local.consensus()));
    assertEquals(2, nodes.get(1).local.consensus().status().membership().members().size());
  }

  @Test
  void a_removal_that_would_leave_no_majority_is_refused() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(2));
    ClusterException refusal = assertThrows(ClusterException.class, () -> nodes.get(0).remove("2"));
    assertEquals(Kind.CONFLICT, refusal.kind());
    assertTrue(refusal.detail().contains("no answer from 3"), refusal.detail());
    assertNull(nodes.get(1).remove("3").find("3"));
  }

  @Test
  void a_node_removed_while_it_was_away_finds_out_from_the_leader() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(2));
    nodes.get(0).remove("3");
    nodes.get(0).keeper.run();
    Description leader = nodes.get(0).describe();
    assertTrue(leader.leads());
    assertNull(leader.members().find("3"));
    assertFalse(nodes.get(1).describe().leads());
    TestNetwork.Node again = network.start(3, nodes.get(2).identity);
    ClusterRecord record = again.local.record();
    assertNotNull(record);
    again.keeper.believe(leader, record);
    again.keeper.run();
    assertEquals(Description.State.REMOVED, again.describe().state());
  }

  /** Who leads, as the first node has it. */
  private static Member leader(List<TestNetwork.Node> nodes) {
    Member leader = nodes.get(0).local.consensus().status().leader();
    assertNotNull(leader);
    return leader;
  }

  /** It may have been deposed, and the member removed since. */
  @Test
  void a_leader_says_that_a_member_is_there_only_when_it_knows_that_it_still_leads() {
    List<TestNetwork.Node> nodes = three();
    network.group.loseLeader(FakeGroup.At.READ);
    nodes.get(0).join("2", 2);
    assertEquals("2", leader(nodes).id());
  }

  /** What is only in this leader's log may be lost with it. */
  @Test
  void a_member_is_said_to_be_there_only_when_that_is_committed() {
    List<TestNetwork.Node> nodes = three();
    network.group.loseLeader(FakeGroup.At.CHANGE);
    nodes.get(0).join("2", 2);
    assertEquals("2", leader(nodes).id(), "consensus was asked, as it knows what is committed");
  }

  /** The same of one that is gone: the next leader may have it still. */
  @Test
  void a_member_is_said_to_be_gone_only_when_that_is_committed() {
    List<TestNetwork.Node> nodes = three();
    network.group.loseLeader(FakeGroup.At.CHANGE);
    ClusterException unknown =
        assertThrows(ClusterException.class, () -> nodes.get(0).remove("nobody"));
    assertEquals(ClusterException.Kind.NOT_FOUND, unknown.kind());
    assertEquals("2", leader(nodes).id());
  }

  /** A learner does not campaign: it goes on believing in the leader that it had. */
  @Test
  void a_learner_removed_while_it_was_cut_off_finds_out_though_it_knows_a_leader() {
    List<TestNetwork.Node> nodes = three();
    network.cutOff(nodes.get(2));
    nodes.get(0).remove("3");
    nodes.get(0).keeper.run();
    assertNotNull(nodes.get(2).local.consensus().status().leader());
    eventually(
        "it knows that it was removed",
        () -> {
          nodes.get(2).keeper.run();
          return nodes.get(2).describe().state() == Description.State.REMOVED;
        });
  }

  @Test
  void members_are_remembered_for_the_next_start() {
    List<TestNetwork.Node> nodes = three();
    network.start(4);
    nodes.get(0).join("4", 4);
    nodes.get(1).keeper.run();
    ClusterRecord record = nodes.get(1).local.record();
    assertNotNull(record);
    assertNotNull(record.newest().find("4"));
    assertEquals(3, record.initial().members().size());
  }

  @Test
  void a_change_whose_leader_changed_is_repeated_at_the_next_one() {
    List<TestNetwork.Node> nodes = three();
    network.start(4);
    network.loseLeader(FakeGroup.At.CHANGE);
    assertNotNull(nodes.get(1).join("4", 4).find("4"));
    network.loseLeader(FakeGroup.At.CHANGE);
    assertNull(nodes.get(0).remove("4").find("4"), "it is gone, whichever attempt has done it");
  }

  /** A membership may be in force again before it is committed again. */
  @Test
  void members_are_confirmed_by_the_entry_that_holds_them() {
    List<TestNetwork.Node> nodes = three();
    RaftStatus committed = nodes.get(0).local.consensus().status();
    assertEquals(RaftStatus.Role.LEADER, committed.role());
    assertEquals(committed.membership(), MembershipKeeper.confirmed(committed));
    RaftStatus again =
        new RaftStatus(
            committed.self(),
            committed.role(),
            committed.term(),
            committed.leader(),
            committed.membership(),
            /* membershipIndex= */ committed.commitIndex() + 2,
            committed.firstIndex(),
            /* lastIndex= */ committed.lastIndex() + 2,
            committed.commitIndex(),
            committed.appliedIndex(),
            committed.snapshotIndex(),
            committed.logBytes(),
            committed.snapshotBytes(),
            committed.behind(),
            committed.activity(),
            committed.diskFull(),
            committed.memoryFull(),
            committed.commonFormat(),
            committed.withoutVote(),
            committed.peers());
    assertNull(MembershipKeeper.confirmed(again));
  }

  @Test
  void shutdown_tells_everybody_else_and_says_who_could_not_be_told() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(1));
    Deadline deadline = Deadline.after(TestNetwork.TIMEOUT);
    assertEquals(
        new Stopped(List.of("1", "3"), List.of("2")),
        nodes.get(0).shutdown.others(Optional.empty(), deadline));
    assertTrue(nodes.get(2).stopped);
    assertEquals(
        new Stopped(List.of("1", "3"), List.of("2")),
        nodes.get(2).shutdown.others(Optional.of(TestNetwork.request(1, 2, 3)), deadline));
    assertEquals(
        Kind.BAD_REQUEST,
        refused(
            () -> nodes.get(2).shutdown.others(Optional.of(TestNetwork.request(1, 2)), deadline)));
  }

  @Test
  void shutdown_spares_a_node_that_has_become_another_cluster() throws Exception {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(1));
    TestNetwork.Node recovered = network.start(2);
    recovered.local.bootstrap();
    assertEquals(
        new Stopped(List.of("1", "3"), List.of("2")),
        nodes.get(0).shutdown.others(Optional.empty(), Deadline.after(TestNetwork.TIMEOUT)));
    assertFalse(recovered.stopped);
  }

  @Test
  void a_member_that_has_lost_its_record_is_not_said_to_be_one() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(1));
    network.start(2, new InMemoryIdentity(nodes.get(1).identity.incarnation()));
    ClusterException refusal =
        assertThrows(ClusterException.class, () -> nodes.get(0).join("2", 2));
    assertEquals(Kind.CONFLICT, refusal.kind());
    assertTrue(refusal.detail().contains("has lost what it kept"), refusal.detail());
    ClusterException notSetUp =
        assertThrows(
            ClusterException.class, () -> nodes.get(0).setup(TestNetwork.request(1, 2, 3)));
    assertEquals(Kind.CONFLICT, notSetUp.kind());
    assertTrue(notSetUp.detail().contains("is no member of it"), notSetUp.detail());
  }

  @Test
  void without_a_leader_it_is_said_soon() {
    List<TestNetwork.Node> nodes = three();
    network.kill(nodes.get(1));
    network.kill(nodes.get(2));
    // The request has a minute; the bound is far below what it used to take, and above a pause.
    assertTimeout(
        Duration.ofSeconds(4),
        () -> assertEquals(Kind.NO_LEADER, refused(() -> nodes.get(0).remove("3"))));
  }

  @Test
  void shutdown_works_before_setup() {
    List<TestNetwork.Node> nodes = network.start(1, 2);
    Deadline deadline = Deadline.after(TestNetwork.TIMEOUT);
    assertEquals(
        new Stopped(List.of("node1"), List.of()),
        nodes.get(0).shutdown.others(Optional.empty(), deadline));
    assertEquals(
        new Stopped(List.of("1", "2"), List.of()),
        nodes.get(1).shutdown.others(Optional.of(TestNetwork.request(1, 2)), deadline));
    assertTrue(nodes.get(0).stopped);
  }

  private static Kind refused(Executable request) {
    return assertThrows(ClusterException.class, request).kind();
  }
}
