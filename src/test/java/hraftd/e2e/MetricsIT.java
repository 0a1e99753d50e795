package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus gets to see of a cluster. */
class MetricsIT {

  @TempDir Path directory;

  private static OptionalDouble find(Daemon node, String series) throws IOException {
    return node.get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst();
  }

  private static double value(Daemon node, String series) throws IOException {
    return find(node, series)
        .orElseThrow(() -> new AssertionError(node.name() + " has no " + series));
  }

  @Test
  void aClusterAndAMemberThatIsGone() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon leader = cluster.leader();
      List<Daemon> followers = cluster.followers();
      leader.put("/key/a?ttl=1h", "x").expect(200);
      leader.put("/key/b", "x").expect(200);
      leader.get("/key/none").expect(404);

      assertEquals(1, value(leader, "hraftd_store_keys_with_ttl"));
      assertEquals(2, value(leader, "hraftd_store_keys"));
      assertTrue(value(leader, "hraftd_raft_commit_seconds_count") >= 2);
      assertTrue(value(leader, "hraftd_raft_fsync_seconds_count") >= 2);
      assertTrue(value(leader, "hraftd_raft_log_bytes") > 0);
      assertTrue(value(leader, "hraftd_raft_elections_total") >= 1);
      assertTrue(value(leader, "hraftd_disk_free_bytes") > 0);
      assertEquals(1, value(leader, "hraftd_raft_may_vote"));
      String requests = "hraftd_http_requests_seconds_count{method=\"GET\",route=\"/key/{key}\",";
      assertEquals(1, value(leader, requests + "status=\"404\"}"));
      for (Daemon follower : followers) {
        String peer = "{peer=\"" + follower.name() + "\"}";
        eventually(
            "a round trip to " + follower.name() + " is measured",
            () -> value(leader, "hraftd_raft_round_trip_seconds_count" + peer) >= 2);
        eventually(
            follower.name() + " has all",
            () -> value(leader, "hraftd_raft_peer_lag_entries" + peer) == 0);
        eventually("it applies", () -> value(follower, "hraftd_raft_apply_seconds_count") >= 2);
        assertTrue(value(follower, "hraftd_raft_leader_changes_total") >= 1);
        assertTrue(find(follower, "hraftd_raft_peer_lag_entries" + peer).isEmpty());
      }

      Daemon gone = followers.get(0);
      String peer = "{peer=\"" + gone.name() + "\"}";
      double connections = value(leader, "hraftd_raft_connections_total" + peer);
      gone.kill();
      eventually("the leader misses it", () -> value(leader, "hraftd_raft_voters_silent") == 1);
      leader.put("/key/c", "x").expect(200);
      eventually(
          "its lag is seen", () -> value(leader, "hraftd_raft_peer_lag_entries" + peer) >= 1);
      assertTrue(value(leader, "hraftd_raft_peer_contact_age_seconds" + peer) >= 2);
      gone.start();
      eventually("it is back", () -> value(leader, "hraftd_raft_voters_silent") == 0);
      assertTrue(value(leader, "hraftd_raft_connections_total" + peer) > connections);
    }
  }

  @Test
  void writesThatComeToNothing() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3)) {
      Daemon last = cluster.leader();
      cluster.followers().forEach(Daemon::kill);
      eventually(
          "it is refused for want of a leader",
          () ->
              last.put("/key/a?timeout=2s", "x").status() == 503
                  && value(last, "hraftd_raft_proposals_refused_total{code=\"no_leader\"}") >= 1);
      assertEquals(0, value(last, "hraftd_raft_has_leader"));
    }
  }

  @Test
  void promtoolHasNothingToSay() throws IOException {
    assumeTrue(
        Shell.attempt("promtool", "--version").exitCode() == 0,
        "NOT TESTED: no promtool (apt-get install prometheus)");
    try (TestCluster cluster = TestCluster.ready(directory, 2)) {
      cluster.leader().put("/key/a", "x").expect(200);
      for (Daemon node : cluster.nodes()) {
        Path metrics = directory.resolve("metrics");
        Files.writeString(metrics, node.get("/metrics").expect(200).body());
        Shell.Result result = Shell.attempt("sh", "-c", "promtool check metrics <" + metrics);
        assertEquals("", result.output(), "what promtool says");
        assertEquals(0, result.exitCode());
      }
    }
  }
}
