package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members come, go and move while the cluster serves. */
class MembershipIT {

  /** Longer than a leader takes to count a silent member as dead. */
  private static final long MISSED_MILLIS = 1_500;

  @TempDir Path directory;

  private static int members(Daemon node) throws IOException {
    // The leader and its followers, as every node sees them.
    return (node.status().path("leader").isObject() ? 1 : 0)
        + node.status().path("followers").size();
  }

  /** For how long the leader has not heard from a follower. */
  private static long silence(Daemon leader, Daemon follower) throws IOException {
    for (JsonNode other : leader.status().path("followers")) {
      if (other.path("id").asText().equals(follower.name())) {
        return other.path("sinceContactMillis").asLong();
      }
    }
    throw new AssertionError(follower + " is not a follower of " + leader);
  }

  @Test
  void growFromOneToThreeAndBack() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 1)) {
      Daemon first = cluster.node(1);
      first.put("/key/a", "1").expect(200);

      Daemon second = cluster.add(new Daemon("node2", directory.resolve("node2")).start());
      String body = TestCluster.joinBody(second);
      first.post("/join?timeout=30s", body).expect(200);
      eventually(
          "its own copy has come", LONG, () -> second.get("/key/a?level=stale&raw").expect(200));
      first.post("/join?timeout=30s", body).expect(200);

      // On the command line, with an address first where nobody listens.
      Daemon third = cluster.add(new Daemon("node3", directory.resolve("node3")));
      third.start("-join", "127.0.0.1:" + Ports.free() + "," + second.haddr());
      third.awaitReady();
      second.awaitReady();
      eventually("all know of three", () -> members(first) == 3 && members(third) == 3);
      third.put("/key/b", "2").expect(200);

      // A member that came later finds the others after a restart, without flags.
      third.stop();
      third.start().awaitReady();

      // With three voters one may die.
      first.kill();
      eventually("two of three serve", LONG, () -> third.put("/key/c?timeout=2s", "3").expect(200));
      first.start().awaitReady();

      // A follower goes; it says so, also after a restart.
      Daemon leaver = cluster.followers().get(0);
      cluster
          .leader()
          .post("/remove?timeout=30s", "{\"id\":\"" + leaver.name() + "\"}")
          .expect(200);
      eventually("the removed node says so", () -> leaver.state().equals("removed"));
      leaver.get("/key/a").expect(503, "removed");
      leaver.get("/readyz").expect(503);
      leaver.stop();
      leaver.launch();
      leaver.listening();
      eventually("it still says so", () -> leaver.state().equals("removed"));
      leaver.close();

      // The leader goes: another takes over.
      Daemon leader = cluster.leader();
      Daemon stays =
          cluster.nodes().stream()
              .filter(n -> n != leader && n != leaver)
              .findFirst()
              .orElseThrow();
      eventually(
          "the leader is removed",
          LONG,
          () ->
              stays.post("/remove?timeout=30s", "{\"id\":\"" + leader.name() + "\"}").expect(200));
      eventually("the other leads", () -> stays.state().equals("leader"));
      assertEquals("3", stays.get("/key/c?raw").expect(200).body());
      stays.put("/key/d", "4").expect(200);
      eventually("it is alone", () -> members(stays) == 1);
    }
  }

  @Test
  void refusedWhereItWouldCostTheMajorityOrMakesNoSense() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon leader = cluster.leader();
      Daemon dead = cluster.others(leader).get(0);
      Daemon alive = cluster.others(leader).get(1);
      leader.post("/remove", "{\"id\":\"nobody\"}").expect(404);
      leader.post("/remove", "{}").expect(400, "bad_request");
      leader.post("/join", "{\"id\":\"x\"}").expect(400, "bad_request");
      dead.kill();
      eventually("the leader misses it", () -> silence(leader, dead) > MISSED_MILLIS);
      leader.post("/remove", "{\"id\":\"" + alive.name() + "\"}").expect(409, "conflict");
      leader.put("/key/a", "1").expect(200);
      leader.post("/remove?timeout=30s", "{\"id\":\"" + dead.name() + "\"}").expect(200);
      eventually("two are left", () -> members(leader) == 2);
    }
  }

  @Test
  void aMemberMovesToANewAddress() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      List<Daemon> followers = cluster.followers();
      Daemon old = followers.get(0);
      Daemon stays = followers.get(1);
      old.put("/key/a", "1").expect(200);
      old.stop();
      Daemon moved = cluster.replace(old.moved());
      moved.start();
      stays.post("/join?timeout=30s", TestCluster.joinBody(moved)).expect(200);
      moved.awaitReady();
      moved.put("/key/b", "2").expect(200);
      Daemon leader = cluster.leader();
      eventually("it knows of three", () -> members(leader) == 3);
      eventually("it knows where", () -> leader.status().toString().contains(moved.raddr()));

      // The others know the new address for good.
      cluster.nodes().forEach(Daemon::kill);
      cluster.startAll();
      cluster.awaitReady();
      assertEquals("2", moved.get("/key/b?raw").expect(200).body());
    }
  }
}
