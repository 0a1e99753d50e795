package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.SetupRequest.Named;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users send about the cluster: read when it makes sense, refused with the reason if not. */
class ClusterBodiesTest {

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static String setup(String leader, String http, String raft, String ids) {
    return "{'message':'raft_start',"
        + leader
        + ",'clientAddrs':["
        + http
        + "],'clientRaftAddrs':["
        + raft
        + "],'clientIds':["
        + ids
        + "]}";
  }

  private static final String LEADER =
      "'leaderAddr':'h1:7150','leaderRaftAddr':'h1:7151','leaderId':'1'";

  @Test
  void the_body_of_the_original_is_read_and_unknown_fields_are_ignored() {
    SetupRequest request =
        ClusterBodies.setup(bytes(setup(LEADER, "'h2:1','[::1]:3'", "'h2:2','[::1]:4'", "'2',3")));
    assertEquals(
        List.of(
            new Named(new MemberId("1"), HostPort.parse("h1:7150"), HostPort.parse("h1:7151")),
            new Named(new MemberId("2"), HostPort.parse("h2:1"), HostPort.parse("h2:2")),
            new Named(new MemberId("3"), HostPort.parse("[::1]:3"), HostPort.parse("[::1]:4"))),
        request.nodes());
    assertEquals(request, ClusterBodies.setup(ClusterJson.bytes(ClusterJson.tree(request))));
  }

  @Test
  void a_cluster_of_one_needs_no_lists() {
    assertEquals(1, ClusterBodies.setup(bytes("{" + LEADER + "}")).nodes().size());
    assertEquals(1, ClusterBodies.setup(bytes(setup(LEADER, "", "", ""))).nodes().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'h2:1'|'h2:2'|''|clientIds[0] is empty",
        "'h2:1'|'h2:2'|'1'|the id '1' is given twice",
        "'h2:1'|'h2:2'|true|clientIds[0] is missing or not a text",
        "'h2:1'|'h2:2'|1.5|clientIds[0] is missing or not a text",
        "'h2:1'|'h2:2'|'2','3'|must have the same length, not 1, 1 and 2",
        "'h2:1','h3:1'|'h2:2'|'2'|must have the same length, not 2, 1 and 1",
        "''|'h2:2'|'2'|clientAddrs[0] is empty",
        "'h2:1'|' '|'2'|clientRaftAddrs[0] is empty",
        "'h2'|'h2:2'|'2'|clientAddrs[0]: 'h2' has no port",
        "':80'|'h2:2'|'2'|clientAddrs[0]: ':80' is not where other nodes could reach it",
        "'h2:0'|'h2:2'|'2'|clientAddrs[0]: 'h2:0' is not where other nodes could reach it",
        "'0.0.0.0:1'|'h2:2'|'2'|clientAddrs[0]: '0.0.0.0:1' is not where other nodes could reach it",
        "'h2:1'|'[::]:2'|'2'|clientRaftAddrs[0]: '[::]:2' is not where other nodes could reach it",
        "'u@h2:1'|'h2:2'|'2'|clientAddrs[0]: 'u@h2:1': what stands before the port is no host",
        "'h2:1'|'h2/x:2'|'2'|clientRaftAddrs[0]: 'h2/x:2': what stands before the port is no host",
        "'h2:1'|'h2:99999'|'2'|clientRaftAddrs[0]: 'h2:99999': port 99999 is not in 0..65535",
        "'h2:1'|'h2:2'|'a\\r\\nb'|clientIds[0]: an id has no characters that cannot be seen: 'a??b'",
        "'h1:7150'|'h2:2'|'2'|the address h1:7150 is given twice: for 1 and 2",
        "'h2:1'|'h1:7151'|'2'|the address h1:7151 is given twice: for 1 and 2",
        "'h2:1'|'h2:1'|'2'|the address h2:1 is given twice: for 2, for HTTP and for Raft",
      })
  void what_is_wrong_with_a_setup_is_said(String http, String raft, String ids, String why) {
    ClusterException refusal =
        assertThrows(
            ClusterException.class,
            () -> ClusterBodies.setup(bytes(setup(LEADER, http, raft, ids))));
    assertEquals(ClusterException.Kind.BAD_REQUEST, refusal.kind());
    assertTrue(refusal.detail().contains(why), refusal.detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "3",
        "{}",
        "{'leaderId':'1'}",
        "{'leaderAddr':'h1:1','leaderRaftAddr':'h1:2','leaderId':'1','clientIds':'2'}",
        "{'leaderAddr':'h1:1','leaderRaftAddr':'h1:2','leaderId':'1'}{}x",
        "{'leaderAddr':'h1:1','leaderRaftAddr':'h1:2','leaderId':'a\\u0007'}",
      })
  void no_setup_at_all_is_refused(String body) {
    assertThrows(ClusterException.class, () -> ClusterBodies.setup(bytes(body)));
  }

  @Test
  void shutdown_means_everybody_unless_nodes_are_named() {
    for (String everybody : List.of("", "  \n", "{}", "{'message':'raft_stop'}")) {
      assertEquals(Optional.empty(), ClusterBodies.shutdown(bytes(everybody)), everybody);
    }
    assertEquals(1, ClusterBodies.shutdown(bytes("{" + LEADER + "}")).orElseThrow().nodes().size());
    assertThrows(
        ClusterException.class, () -> ClusterBodies.shutdown(bytes("{'clientIds':['2']}")));
    for (String neither :
        List.of("stop", "[]", "{'id':'2'}", "{'leaderid':'1'}", "{'message':'x','ids':['2']}")) {
      assertThrows(ClusterException.class, () -> ClusterBodies.shutdown(bytes(neither)), neither);
    }
  }

  @Test
  void transfer_means_whoever_is_most_fit_unless_a_member_is_named() {
    for (String anybody : List.of("", " ", "{}", "{'message':'raft_transfer'}")) {
      assertEquals(Optional.empty(), ClusterBodies.transfer(bytes(anybody)), anybody);
    }
    assertEquals(
        Optional.of(new MemberId("n 2")), ClusterBodies.transfer(bytes("{'id':'n 2','to':'3'}")));
    for (String neither : List.of("n2", "[]", "{'id':null}", "{'id':''}", "{'to':'2'}")) {
      assertThrows(ClusterException.class, () -> ClusterBodies.transfer(bytes(neither)), neither);
    }
  }

  @Test
  void join_needs_an_id_and_both_addresses() {
    assertEquals(
        new JoinRequest(new MemberId("4"), HostPort.parse("h:2"), HostPort.parse("h:1"), true),
        ClusterBodies.join(bytes("{'id':4,'addr':'h:2','haddr':'h:1'}")));
    for (String body :
        List.of("{'id':'4','addr':'h:2'}", "{'id':'4','haddr':'h:1'}", "{'addr':'h:2'}", "")) {
      assertThrows(ClusterException.class, () -> ClusterBodies.join(bytes(body)), body);
    }
  }

  @Test
  void join_may_name_whom_the_node_replaces() {
    JoinRequest request =
        ClusterBodies.join(bytes("{'id':'4','addr':'h:2','haddr':'h:1','replaces':3}"));
    assertEquals(new MemberId("3"), request.replaces());
    assertEquals(request, ClusterBodies.join(bytes(ClusterJson.tree(request).toString())));
    for (String rest : List.of("''", "true", "['3']", "'3','voter':false")) {
      String body = "{'id':'4','addr':'h:2','haddr':'h:1','replaces':" + rest + "}";
      assertThrows(ClusterException.class, () -> ClusterBodies.join(bytes(body)), body);
    }
  }

  @Test
  void an_id_is_one_short_line_and_an_address_an_address() {
    for (String id : List.of("a\\u001b", "a\\r\\n", "\\u202e", " a", "i".repeat(65))) {
      String body = "{'id':'" + id + "','addr':'h:2','haddr':'h:1'}";
      assertThrows(ClusterException.class, () -> ClusterBodies.join(bytes(body)), body);
    }
    for (String host : List.of("u@h", "h/p", "h?q", "h#f", "h%41", "h\\r\\n", "http://h", "")) {
      String body = "{'id':'4','addr':'h:2','haddr':'" + host + ":1'}";
      assertThrows(ClusterException.class, () -> ClusterBodies.join(bytes(body)), body);
    }
  }

  /** One that an earlier version has let in can be removed. */
  @Test
  void a_long_id_can_be_removed_but_not_given() {
    String id = "i".repeat(128);
    assertEquals(id, ClusterBodies.remove(bytes("{'id':'" + id + "'}")).text());
    assertThrows(ClusterException.class, () -> ClusterBodies.remove(bytes("{'id':'" + id + "i'}")));
  }

  @Test
  void remove_needs_an_id() {
    assertEquals(new MemberId("4"), ClusterBodies.remove(bytes("{'id':'4'}")));
    assertThrows(ClusterException.class, () -> ClusterBodies.remove(bytes("{}")));
  }
}
