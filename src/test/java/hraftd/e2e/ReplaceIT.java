package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is lost with its directory is replaced by one request. */
class ReplaceIT {

  @TempDir Path directory;

  /** The addresses of the leader and its followers, as this node sees them. */
  private static Set<String> members(Daemon node) throws IOException {
    Set<String> members = new TreeSet<>();
    JsonNode status = node.status();
    members.add(status.path("leader").path("http").asText());
    status.path("followers").forEach(other -> members.add(other.path("http").asText()));
    return members;
  }

  private static void awaitMembers(Daemon... members) {
    Set<String> all = new TreeSet<>();
    for (Daemon member : members) {
      all.add(member.haddr());
    }
    for (Daemon member : members) {
      eventually(
          member + " knows its members",
          LONG,
          () -> {
            assertEquals(all, members(member));
            return member;
          });
    }
  }

  @Test
  void byANodeOfAnotherNameAndByAnEmptyOneOfTheSame() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      cluster.node(1).put("/key/a", "1").expect(200);
      Daemon leader = cluster.leader();
      Daemon lost = cluster.others(leader).get(0);
      Daemon stays = cluster.others(leader).get(1);
      lost.kill();
      Daemon fourth = cluster.add(new Daemon("node4", directory.resolve("node4")).start());
      stays
          .post("/join", TestCluster.joinBody(fourth).replace("}", ",\"replaces\":\"x\"}"))
          .expect(404, "not_found");
      for (int i = 0; i < 2; i++) {
        stays.post("/join?timeout=60s", TestCluster.joinBody(fourth, lost)).expect(200);
        awaitMembers(leader, stays, fourth);
      }
      assertEquals("1", fourth.get("/key/a?level=stale&raw").expect(200).body());

      Daemon asked = cluster.leader();
      Daemon before = cluster.others(asked).get(0);
      before.kill();
      Daemon empty = cluster.replace(new Daemon(before.name(), directory.resolve("empty")).start());
      for (int i = 0; i < 2; i++) {
        asked.post("/join?timeout=60s", TestCluster.joinBody(empty, before)).expect(200);
      }
      empty.awaitReady();
      assertEquals("1", empty.get("/key/a?level=stale&raw").expect(200).body());
      asked.put("/key/b", "2").expect(200);
      assertEquals(3, members(asked).size());
    }
  }

  @Test
  void whenTheLeaderIsKilledInTheMiddleAnotherFinishesIt() throws Exception {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon leader = cluster.leader();
      Daemon lost = cluster.others(leader).get(0);
      Daemon stays = cluster.others(leader).get(1);
      lost.kill();
      Daemon fourth = cluster.add(new Daemon("node4", directory.resolve("node4")).start());
      Thread asking =
          new Thread(
              () -> {
                try {
                  leader.post("/join?timeout=60s", TestCluster.joinBody(fourth, lost));
                } catch (IOException e) {
                  // Who is killed does not answer.
                }
              });
      asking.start();
      // From then on a majority has it in its logs: whoever is elected does, too.
      for (Daemon node : new Daemon[] {leader, stays}) {
        eventually("it is begun", () -> members(node).contains(fourth.haddr()));
      }
      leader.kill();
      asking.join();
      leader.start();
      awaitMembers(leader, stays, fourth);
      stays.put("/key/a?timeout=30s", "1").expect(200);
    }
  }
}
