package hraftd.cluster;

import static hraftd.testing.Eventually.LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterException.Kind;
import hraftd.cluster.SetupRequest.Named;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.testing.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forming a cluster: all or nobody, once, and to the end when repeated. */
class SetupTest {

  private final TestNetwork network = new TestNetwork();

  @AfterEach
  void close() {
    network.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void any_named_node_takes_the_request_and_the_named_leader_leads(int asked) {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    Formed formed = nodes.get(asked - 1).setup(TestNetwork.request(2, 1, 3));
    assertEquals("2", formed.leader().id());
    assertEquals(3, formed.members().members().size());
    for (TestNetwork.Node node : nodes) {
      assertEquals(formed.clusterId(), node.clusterId());
    }
  }

  /** As on a busy machine, on which the others do not hear from it in time. */
  @Test
  void the_named_leader_leads_also_if_another_does_in_between() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    network.loseLeader(FakeGroup.At.WRITE);
    assertEquals("2", nodes.get(1).setup(TestNetwork.request(2, 1, 3)).leader().id());
  }

  /** On a slow machine that has just started three nodes the first answer may take long. */
  @Test
  void who_gives_more_time_gives_it_to_each_answer_too() {
    network.start(1, 2, 3).get(0).setup(TestNetwork.request(1, 2, 3));
    Duration part = TestNetwork.TIMEOUT.dividedBy(3);
    Duration asked = network.timeToSayWho();
    assertTrue(asked.compareTo(part) <= 0, asked::toString);
    assertTrue(asked.compareTo(part.dividedBy(2)) > 0, asked::toString);
  }

  @Test
  void where_leadership_cannot_be_handed_over_whoever_leads_goes_on() {
    network.fix();
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    Formed formed = nodes.get(1).setup(TestNetwork.request(2, 1, 3));
    assertEquals("1", formed.leader().id());
    assertEquals(formed, nodes.get(2).setup(TestNetwork.request(2, 1, 3)));
  }

  @Test
  void nodes_that_all_have_the_same_request_form_one_cluster_when_the_last_one_is_there()
      throws Exception {
    List<TestNetwork.Node> nodes = network.start(1, 2);
    List<Future<?>> waiting = new ArrayList<>();
    for (TestNetwork.Node node : nodes) {
      waiting.add(network.run(node.automaticSetup(2, 1, 3)::run));
    }
    TestNetwork.Node last = network.start(3);
    waiting.add(network.run(last.automaticSetup(2, 1, 3)::run));
    for (Future<?> each : waiting) {
      each.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
    assertEquals(1, network.clusters());
    assertNotNull(last.clusterId());
    assertEquals(nodes.get(0).clusterId(), last.clusterId());
  }

  /** Names that a stranger chose take their time, and nothing else of the node may wait for it. */
  @Test
  void what_a_node_is_named_with_is_looked_up_without_its_lock() throws Exception {
    TestNetwork.Node vacant = network.start(1);
    TestNetwork.Node member = network.start(2);
    var unused = member.setup(TestNetwork.request(2));
    HostPort wrong = TestNetwork.http(9);
    for (TestNetwork.Node node : List.of(vacant, member)) {
      String clusterId = node == vacant ? "c" : String.valueOf(node.clusterId());
      Reservation named =
          new Reservation(clusterId, node.local.incarnation(), wrong, TestNetwork.raft(1));
      synchronized (node.local) {
        Future<?> asked = network.run(() -> node.local.reserve(named));
        ExecutionException refused =
            assertThrows(
                ExecutionException.class, () -> asked.get(LONG.toSeconds(), TimeUnit.SECONDS));
        String why = String.valueOf(refused.getMessage());
        assertTrue(why.contains("but it listens on"), why);
      }
    }
  }

  @Test
  void one_node_alone_is_a_cluster() {
    Formed formed = network.start(1).setup(TestNetwork.request(1));
    assertEquals("1", formed.leader().id());
  }

  @Test
  void localhost_and_its_address_are_the_same_node() {
    TestNetwork.Node node = network.start(1);
    SetupRequest byName =
        new SetupRequest(
            List.of(
                new Named(
                    new MemberId("1"),
                    HostPort.parse("localhost:1000"),
                    HostPort.parse("localhost:1001"))));
    // The peers' calls go to what is named, so the name must be known to the network as well.
    assertEquals(Kind.UNREACHABLE, refused(() -> node.setup(byName)));
    Formed formed = node.setup(TestNetwork.request(1));
    assertEquals(formed.clusterId(), node.setup(byName).clusterId());
  }

  @Test
  void the_same_again_changes_nothing_and_another_membership_is_refused() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    Formed first = nodes.get(0).setup(TestNetwork.request(1, 2, 3));
    for (TestNetwork.Node node : nodes) {
      assertEquals(first, node.setup(TestNetwork.request(1, 2, 3)));
      assertEquals(first.clusterId(), node.setup(TestNetwork.request(3, 2, 1)).clusterId());
      assertEquals(Kind.ALREADY_SET_UP, refused(() -> node.setup(TestNetwork.request(1, 2, 3, 4))));
      assertEquals(Kind.ALREADY_SET_UP, refused(() -> node.setup(TestNetwork.request(1, 2))));
    }
    assertEquals(1, network.clusters());
  }

  @Test
  void a_node_that_cannot_be_reached_is_named_and_nobody_is_changed() {
    List<TestNetwork.Node> nodes = network.start(1, 2);
    ClusterException refusal =
        assertThrows(
            ClusterException.class, () -> nodes.get(1).setup(TestNetwork.request(1, 2, 3)));
    assertEquals(Kind.UNREACHABLE, refusal.kind());
    assertTrue(refusal.detail().contains("127.0.0.1:3000"), refusal.detail());
    nodes.forEach(n -> assertNull(n.clusterId()));
    network.start(3);
    assertNotNull(nodes.get(1).setup(TestNetwork.request(1, 2, 3)).clusterId());
  }

  @Test
  void a_node_of_another_cluster_is_named_and_nobody_is_changed() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    nodes.get(2).setup(TestNetwork.request(3));
    ClusterException refusal =
        assertThrows(
            ClusterException.class, () -> nodes.get(0).setup(TestNetwork.request(1, 2, 3)));
    assertEquals(Kind.ALREADY_SET_UP, refusal.kind());
    assertTrue(refusal.detail().contains("127.0.0.1:3000"), refusal.detail());
    assertNull(nodes.get(0).clusterId());
    assertNull(nodes.get(1).clusterId());
  }

  @Test
  void a_node_that_is_not_named_refuses() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    assertEquals(Kind.BAD_REQUEST, refused(() -> nodes.get(2).setup(TestNetwork.request(1, 2))));
    nodes.forEach(n -> assertNull(n.clusterId()));
  }

  @Test
  void a_node_named_with_a_raft_address_that_is_not_its_own_refuses() {
    List<TestNetwork.Node> nodes = network.start(1, 2);
    SetupRequest swapped =
        new SetupRequest(
            List.of(
                new Named(new MemberId("1"), TestNetwork.http(1), TestNetwork.raft(2)),
                new Named(new MemberId("2"), TestNetwork.http(2), TestNetwork.raft(1))));
    assertEquals(Kind.BAD_REQUEST, refused(() -> nodes.get(0).setup(swapped)));
    nodes.forEach(n -> assertNull(n.clusterId()));
  }

  @Test
  void the_same_request_finishes_a_second_round_that_stopped_half_way() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    network.breakForm(3);
    assertEquals(Kind.TIMEOUT, refused(() -> nodes.get(0).setup(TestNetwork.request(1, 2, 3))));
    String begun = nodes.get(0).clusterId();
    assertNotNull(begun);
    assertNull(nodes.get(2).clusterId());

    network.mendForm(3);
    // The node that led the setup is another process by now, which has only what it kept.
    network.kill(nodes.get(0));
    network.start(1, nodes.get(0).identity);
    Formed formed = nodes.get(2).setup(TestNetwork.request(1, 2, 3));
    assertEquals(begun, formed.clusterId());
    assertEquals(begun, nodes.get(2).clusterId());
    assertEquals("1", formed.leader().id());
    assertEquals(1, network.clusters());
  }

  @Test
  void a_node_wiped_between_the_rounds_is_not_taken_for_the_old_one() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    network.breakForm(3);
    refused(() -> nodes.get(0).setup(TestNetwork.request(1, 2, 3)));
    network.mendForm(3);
    network.kill(nodes.get(1));
    TestNetwork.Node wiped = network.start(2);
    assertEquals(Kind.CONFLICT, refused(() -> nodes.get(0).setup(TestNetwork.request(1, 2, 3))));
    assertNull(wiped.clusterId());
  }

  @Test
  void requests_at_several_nodes_at_once_make_one_cluster() throws Exception {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    List<CompletableFuture<Formed>> answers = new ArrayList<>();
    for (TestNetwork.Node node : nodes) {
      answers.add(Background.supply(() -> node.setup(TestNetwork.request(1, 2, 3))));
    }
    String clusterId = answers.get(0).get(2, TimeUnit.MINUTES).clusterId();
    for (CompletableFuture<Formed> answer : answers) {
      assertEquals(clusterId, answer.get(2, TimeUnit.MINUTES).clusterId());
    }
    assertEquals(1, network.clusters());
  }

  @Test
  void requests_at_once_that_name_different_leaders_never_make_two_clusters() {
    for (int round = 0; round < 20; round++) {
      try (TestNetwork fresh = new TestNetwork()) {
        List<TestNetwork.Node> nodes = fresh.start(1, 2, 3);
        CompletableFuture<Formed> one =
            Background.supply(() -> nodes.get(0).setup(TestNetwork.request(1, 2, 3)));
        CompletableFuture<Formed> other =
            Background.supply(() -> nodes.get(1).setup(TestNetwork.request(2, 3, 1)));
        CompletableFuture.allOf(one, other).handle((done, failure) -> "").join();
        assertTrue(fresh.clusters() <= 1, "clusters: " + fresh.clusters());
        for (TestNetwork.Node node : nodes) {
          assertEquals(nodes.get(0).clusterId(), node.clusterId());
        }
      }
    }
  }

  @Test
  void a_restarted_node_needs_no_setup() {
    List<TestNetwork.Node> nodes = network.start(1, 2, 3);
    Formed formed = nodes.get(0).setup(TestNetwork.request(1, 2, 3));
    network.kill(nodes.get(1));
    TestNetwork.Node again = network.start(2, nodes.get(1).identity);
    assertEquals(formed.clusterId(), again.clusterId());
    Member leader = again.local.consensus().status().leader();
    assertNotNull(leader);
    assertEquals("1", leader.id());
  }

  private static Kind refused(org.junit.jupiter.api.function.Executable request) {
    return assertThrows(ClusterException.class, request).kind();
  }
}
