package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** One request replaces a member, whoever leads. */
class ReplacementsTest {

  private final TestNetwork network = new TestNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  private static List<String> ids(Membership membership) {
    return membership.members().stream().map(Member::id).toList();
  }

  private static Membership members(TestNetwork.Node node) {
    return node.local.consensus().status().membership();
  }

  /** What the leader does first, as if it ended then. */
  private static void begin(TestNetwork.Node leader, TestNetwork.Node by, NodeId replaced) {
    NodeId node = node(by);
    Member member =
        new Member(node, TestNetwork.raft(by.number), TestNetwork.http(by.number), true);
    Deadline deadline = Deadline.after(TestNetwork.TIMEOUT);
    String clusterId = String.valueOf(leader.clusterId());
    by.local.reserve(new Reservation(clusterId, node.incarnation(), member.http(), member.raft()));
    by.local.form(new FormRequest(clusterId, node, Membership.EMPTY, members(leader), false));
    leader
        .local
        .await()
        .result(leader.local.consensus().replace(member, replaced, deadline), deadline, "it");
  }

  private static NodeId node(TestNetwork.Node node) {
    return new NodeId("" + node.number, node.identity.incarnation());
  }

  @Test
  void a_lost_member_is_replaced_and_the_same_again_is_fine() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.kill(nodes.get(2));
    network.start(4);
    Membership after = nodes.get(1).replace("3", "4", 4);
    assertEquals(List.of("1", "2", "4"), ids(after));
    RaftStatus done = nodes.get(0).local.consensus().status();
    assertEquals(Map.of(), done.membership().replacements());
    assertEquals(List.of("1", "2", "4"), ids(nodes.get(1).replace("3", "4", 4)));
    assertEquals(done.membershipIndex(), nodes.get(0).local.consensus().status().membershipIndex());
  }

  @Test
  void a_living_member_is_told_that_it_is_out() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.start(4);
    nodes.get(0).replace("3", "4", 4);
    assertEquals(Description.State.REMOVED, nodes.get(2).describe().state());
  }

  @Test
  void the_leader_is_replaced_by_way_of_the_next_one() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.start(4);
    assertEquals(List.of("2", "3", "4"), ids(nodes.get(0).replace("1", "4", 4)));
    assertEquals(Description.State.REMOVED, nodes.get(0).describe().state());
  }

  @Test
  void an_empty_node_takes_its_own_place() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.kill(nodes.get(2));
    TestNetwork.Node empty = network.start(3);
    for (int i = 0; i < 2; i++) {
      assertNotNull(nodes.get(1).replace("3", "3", 3).find(node(empty)));
    }
    assertEquals(3, members(nodes.get(0)).members().size());
  }

  @Test
  void whoever_leads_next_finishes_it() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3, 4, 5);
    network.kill(nodes.get(4));
    TestNetwork.Node by = network.start(6);
    begin(nodes.get(0), by, node(nodes.get(4)));
    network.kill(nodes.get(0));
    assertEquals(Map.of(node(by), node(nodes.get(4))), members(nodes.get(1)).replacements());
    for (TestNetwork.Node node : List.of(nodes.get(1), nodes.get(2), nodes.get(3), by)) {
      node.replacements.run();
    }
    assertEquals(List.of("1", "2", "3", "4", "6"), ids(members(nodes.get(1))));
    assertEquals(Map.of(), members(nodes.get(1)).replacements());
  }

  @Test
  void whoever_asks_again_half_way_finishes_it() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    TestNetwork.Node by = network.start(4);
    begin(nodes.get(0), by, node(nodes.get(2)));
    assertEquals(List.of("1", "2", "4"), ids(nodes.get(1).replace("3", "4", 4)));

    network.start(5);
    network.loseLeader(FakeGroup.At.CHANGE);
    assertEquals(List.of("1", "2", "5"), ids(nodes.get(1).replace("4", "5", 5)));
  }

  @Test
  void what_cannot_be_meant_is_refused_in_words() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.start(4);
    network.start(5);
    TestNetwork.Node first = nodes.get(0);
    assertEquals(Kind.NOT_FOUND, refused(() -> first.replace("9", "4", 4)).kind());
    assertEquals(List.of("1", "2", "3"), ids(members(first)));
    begin(first, network.start(6), node(nodes.get(2)));
    ClusterException taken = refused(() -> first.replace("3", "4", 4));
    assertEquals(Kind.CONFLICT, taken.kind());
    assertTrue(taken.detail().contains("member 6 is taking the place of member 3"), taken.detail());
    assertEquals(Kind.CONFLICT, refused(() -> first.replace("2", "6", 6)).kind());
    // Removing the new one gives it up.
    assertNull(first.remove("6").find("6"));
    assertEquals(List.of("1", "2", "4"), ids(first.replace("3", "4", 4)));
  }

  @Test
  void where_members_never_change_none_is_replaced() {
    network.fix();
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.start(4);
    assertThrows(ConsensusException.NotSupported.class, () -> nodes.get(1).replace("3", "4", 4));
  }

  @Test
  void a_leader_that_knows_nothing_of_it_is_found_out() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.start(4);
    Membership joined = nodes.get(0).join("4", 4);
    JoinRequest request =
        new JoinRequest(
            new MemberId("4"), TestNetwork.raft(4), TestNetwork.http(4), true, new MemberId("3"));
    assertEquals(Kind.CONFLICT, refused(() -> Replacements.checked(request, joined)).kind());
    Membership rest = joined.without("3");
    assertEquals(rest, Replacements.checked(request, rest));
  }

  private static ClusterException refused(Executable request) {
    return assertThrows(ClusterException.class, request);
  }
}
