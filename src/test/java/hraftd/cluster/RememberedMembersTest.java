package hraftd.cluster;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The members that a node keeps are those that it reads again. */
class RememberedMembersTest {

  @TempDir Path temp;

  @Test
  void a_removed_member_is_no_damage_of_the_record() throws Exception {
    try (DataDirectory opened = DataDirectory.open(temp.resolve("d"), "raft")) {
      List<SetupRequest.Named> nodes = TestNetwork.request(1, 2, 3).nodes();
      Membership members = Setup.membership(nodes, List.of(opened.incarnation(), 2L, 3L));
      NodeId self = new NodeId("1", opened.incarnation());
      opened.markEngine();
      opened.save(new ClusterRecord("5aad9232", self, members, members, false, true));
      Endpoints place =
          new Endpoints(
              "1", TestNetwork.http(1), TestNetwork.raft(1), Endpoints.Advertised.AS_BOUND);
      try (LocalNode node = new LocalNode(opened, place, new FakeGroup())) {
        node.remember(members.removing("2").replacing(self, new NodeId("3", 3)));
        assertEquals(List.of(), node.scrub());
        assertEquals(members.without("2"), requireNonNull(opened.load()).newest());
      }
    }
  }
}
