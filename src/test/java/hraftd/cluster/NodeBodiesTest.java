package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What nodes send each other: what makes no sense is refused. */
class NodeBodiesTest {

  private static final Member ONE = member(1);
  private static final Member TWO = member(2);

  private static Member member(int number) {
    NodeId node = new NodeId("" + number, number);
    return new Member(node, TestNetwork.raft(number), TestNetwork.http(number), /* voter= */ true);
  }

  private static byte[] form(Member... initial) {
    Membership members = new Membership(List.of(initial));
    FormRequest request = new FormRequest("c", ONE.node(), members, members, /* lead= */ false);
    return ClusterJson.tree(request).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static <T> String refused(Function<byte[], T> read, byte[] body) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> read.apply(body)).getMessage());
  }

  @Test
  void a_founding_member_is_one_of_those_who_found() {
    assertEquals(2, ClusterJson.formRequest(form(ONE, TWO)).initial().members().size());
    assertEquals(0, ClusterJson.formRequest(form()).initial().members().size());
    assertEquals(
        "'initial' is without the node itself", refused(ClusterJson::formRequest, form(TWO)));
  }

  @Test
  void an_id_is_for_one_member() {
    byte[] twice = form(ONE, ONE.withVoter(false));
    assertEquals("'initial' has an id twice", refused(ClusterJson::formRequest, twice));
  }

  private static Member[] members(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i -> new Member(new NodeId("" + i, i), ONE.raft(), ONE.http(), true))
        .toArray(Member[]::new);
  }

  @Test
  void as_many_members_as_a_membership_may_have_and_no_more() {
    byte[] most = form(members(1000));
    assertEquals(1000, ClusterJson.formRequest(most).initial().members().size());
    byte[] tooMany = form(members(1001));
    String why = "'initial' has more than 1000 members";
    assertEquals(why, refused(ClusterJson::formRequest, tooMany));
    JsonNode people = ClusterJson.tree(new Membership(List.of(members(1001))));
    why = "'members' has more than 1000 members";
    byte[] answer = people.toString().getBytes(StandardCharsets.UTF_8);
    assertEquals(why, refused(body -> ClusterJson.members(ClusterJson.object(body)), answer));
  }
}
