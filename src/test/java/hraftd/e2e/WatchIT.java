package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.e2e.EventStream.Event;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A watch that is resumed sees every change once and in order, on whichever node it goes on. */
@BothEngines(andJavalinAlone = true)
class WatchIT {

  private static final String PREFIX = "watch/";
  private static final int SOME = 60;

  private final TestCluster cluster;

  WatchIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void fromZeroGivesWhatExistsThenTheChanges() throws IOException {
    String pairs = "{\"zero/a\":\"1\",\"zero/b\":\"2\"}";
    long revision =
        cluster.leader().post("/key", pairs).expect(200).json().path("revision").asLong();
    for (Daemon node : cluster.nodes()) {
      node.get("/key/zero/a").expect(200);
      try (EventStream watch = new EventStream(node, "prefix=zero/&from=0")) {
        watch.awaitCount(2);
        assertEquals(
            List.of("zero/a 1", "zero/b 2"),
            watch.events().stream().map(e -> e.key() + " " + e.value()).toList());
        revision = node.delete("/key/zero/a").expect(200).json().path("revision").asLong();
        watch.awaitCount(3);
        assertEquals(
            new Event(revision, "delete", "zero/a", null, "deleted"), watch.events().get(2));
        node.put("/key/zero/a", "1").expect(200);
      }
    }
  }

  @Test
  void theChangesArePutTogetherAgainAcrossNodesRestartsAndLeaders() throws IOException {
    List<Daemon> followers = cluster.followers();
    Daemon first = followers.get(0);
    Daemon second = followers.get(1);
    // A node that is started again then finds in its log that the store was replaced.
    first.post("/restore", first.get("/backup").expect(200).body()).expect(200);
    String start = first.put("/key/before", "1").expect(200).json().path("revision").asText();
    List<Event> seen = new ArrayList<>();
    Changes changes = new Changes(cluster.nodes(), PREFIX);
    try (changes) {
      EventStream watch = new EventStream(first, "prefix=" + PREFIX + "&from=" + start);
      watch.awaitCount(SOME);
      first.kill();

      watch = resumed(second, watch, seen);
      watch.awaitCount(SOME);
      first.start();

      watch = resumed(first, watch, seen);
      Daemon leader = cluster.leader();
      leader.kill();
      if (leader == first) {
        watch = resumed(second, watch, seen);
      }
      watch.awaitCount(watch.count() + SOME);
      leader.start();

      watch = resumed(leader, watch, seen);
      watch.awaitCount(SOME);
      cluster.leader().stop();
      cluster.startAll();

      Daemon last = cluster.leader();
      watch = resumed(last, watch, seen);
      watch.awaitCount(SOME);
      changes.close();
      watch.awaitCount(changes.made().size() - seen.size());
      seen.addAll(watch.events());
      watch.close();
      assertEquals(changes.made(), seen);
    }
  }

  /** The same watch, gone on with by another node. */
  private static EventStream resumed(Daemon node, EventStream watch, List<Event> seen) {
    watch.close();
    seen.addAll(watch.events());
    String last = watch.lastId();
    return eventually(
        node + " goes on",
        LONG,
        () -> new EventStream(node, "prefix=" + PREFIX, "Last-Event-ID", last).awaitOpen());
  }
}
