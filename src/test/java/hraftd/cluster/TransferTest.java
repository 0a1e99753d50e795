package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterException.Kind;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The lead passes to the voter that somebody names, and the answer says who has it. */
class TransferTest {

  private static final Optional<MemberId> ANYBODY = Optional.empty();

  private final TestNetwork network = new TestNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  private static Optional<MemberId> member(String id) {
    return Optional.of(new MemberId(id));
  }

  private static Leadership transfer(TestNetwork.Node node, Optional<MemberId> to) {
    return node.transfer.run(to, Deadline.after(TestNetwork.TIMEOUT));
  }

  private static void handOver(TestNetwork.Node node, Optional<MemberId> to) {
    node.transfer.handOver(to, Deadline.after(TestNetwork.TIMEOUT));
  }

  private static String leader(TestNetwork.Node node) {
    Member leader = node.local.consensus().status().leader();
    assertNotNull(leader);
    return leader.id();
  }

  private static Member find(TestNetwork.Node node, String id) {
    Member member = node.local.consensus().status().membership().find(id);
    assertNotNull(member);
    return member;
  }

  private static ClusterException refused(Executable request) {
    return assertThrows(ClusterException.class, request);
  }

  @Test
  void the_lead_is_handed_to_a_voter_of_that_id_and_to_nobody_else() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    for (String id : List.of("9", "node2", "2 3")) {
      assertEquals(Kind.NOT_FOUND, refused(() -> handOver(nodes.get(0), member(id))).kind(), id);
      assertEquals("1", leader(nodes.get(0)), id);
    }
    assertEquals(Kind.NO_LEADER, refused(() -> handOver(nodes.get(1), member("2"))).kind());
    assertEquals("1", leader(nodes.get(0)));
    handOver(nodes.get(0), member("1"));
    assertEquals("1", leader(nodes.get(0)));
    handOver(nodes.get(0), member("2"));
    assertEquals("2", leader(nodes.get(0)));
    handOver(nodes.get(1), ANYBODY);
    assertNotEquals("2", leader(nodes.get(1)));
  }

  @Test
  void any_node_is_asked_and_says_who_leads() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    for (TestNetwork.Node asked : nodes) {
      for (String id : List.of("3", "1", "2")) {
        Leadership now = transfer(asked, member(id));
        assertEquals(id, now.leader().id());
        assertEquals(id, leader(asked));
        assertEquals(now.term(), asked.local.consensus().status().term());
        assertEquals(now, transfer(asked, member(id)), "it leads already: nothing happens");
      }
    }
  }

  @Test
  void whoever_leads_gives_way_to_somebody() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    for (TestNetwork.Node asked : nodes) {
      String before = leader(asked);
      Leadership now = transfer(asked, ANYBODY);
      assertNotEquals(before, now.leader().id());
      assertEquals(leader(asked), now.leader().id());
    }
  }

  @Test
  void one_that_loses_its_election_is_tried_again_and_never_said_to_lead() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.group.loseElections(2);
    assertEquals("3", transfer(nodes.get(1), member("3")).leader().id());
    assertEquals("3", leader(nodes.get(1)));
    network.group.loseElections(Integer.MAX_VALUE);
    ClusterException refusal = refused(() -> transfer(nodes.get(0), member("1")));
    assertEquals(Kind.CONFLICT, refusal.kind());
    String leads = leader(nodes.get(0));
    assertTrue(refusal.detail().contains("member " + leads + " does"), refusal::detail);
  }

  @Test
  void what_a_node_still_shows_of_the_old_leader_is_no_answer() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    long term = nodes.get(0).local.consensus().status().term();
    network.group.showLate(1);
    Leadership now = transfer(nodes.get(0), ANYBODY);
    assertNotEquals("1", now.leader().id());
    assertEquals(term + 1, now.term(), "one change of leader was enough");
  }

  @Test
  void who_cannot_lead_is_not_asked_to() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    assertEquals(Kind.NOT_FOUND, refused(() -> transfer(nodes.get(1), member("9"))).kind());
    network.group.silent(Duration.ofSeconds(3), find(nodes.get(0), "3"));
    assertEquals(Kind.UNREACHABLE, refused(() -> transfer(nodes.get(1), member("3"))).kind());
    assertEquals("1", leader(nodes.get(0)));
    assertEquals("2", transfer(nodes.get(1), ANYBODY).leader().id());
    network.group.silent(Duration.ofSeconds(3), find(nodes.get(0), "1"), find(nodes.get(0), "3"));
    assertEquals(Kind.UNREACHABLE, refused(() -> transfer(nodes.get(1), ANYBODY)).kind());
    assertEquals("2", leader(nodes.get(0)));
  }

  @Test
  void what_an_older_leader_would_take_for_something_else_it_is_not_asked() {
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    network.leadersAreOlder();
    long term = nodes.get(0).local.consensus().status().term();
    ClusterException refusal = refused(() -> transfer(nodes.get(1), ANYBODY));
    assertEquals(Kind.NOT_SUPPORTED, refusal.kind());
    assertTrue(refusal.detail().contains("name a member"), refusal::detail);
    assertEquals(Kind.NOT_FOUND, refused(() -> transfer(nodes.get(1), member("9"))).kind());
    assertEquals("1", transfer(nodes.get(1), member("1")).leader().id());
    assertEquals(term, nodes.get(0).local.consensus().status().term(), "nothing has happened");
    assertEquals("3", transfer(nodes.get(1), member("3")).leader().id());
  }

  @Test
  void a_cluster_of_one_has_nobody_else() {
    List<TestNetwork.Node> nodes = network.formed(1);
    assertEquals(Kind.CONFLICT, refused(() -> transfer(nodes.get(0), ANYBODY)).kind());
    assertEquals("1", transfer(nodes.get(0), member("1")).leader().id());
  }

  @Test
  void where_nobody_chooses_who_leads_that_is_said_whoever_is_named() {
    network.fix();
    List<TestNetwork.Node> nodes = network.formed(1, 2, 3);
    for (Optional<MemberId> to : List.of(ANYBODY, member("1"), member("2"), member("9"))) {
      assertThrows(ConsensusException.NotSupported.class, () -> transfer(nodes.get(1), to));
      assertThrows(ConsensusException.NotSupported.class, () -> handOver(nodes.get(0), to));
    }
  }
}
