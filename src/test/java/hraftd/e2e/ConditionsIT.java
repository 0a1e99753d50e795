package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.testing.Background;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** If-Match and If-None-Match hold on every node, and whatever happens to the leader. */
@BothEngines(andJavalinAlone = true)
class ConditionsIT {

  private static final String COUNTER = "/key/conditions/counter";
  private static final int CLIENTS = 4;

  private final TestCluster cluster;

  ConditionsIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void everyNodeDecidesAlike() throws IOException {
    for (int i = 0; i < cluster.nodes().size(); i++) {
      decides(cluster.nodes().get(i), cluster.nodes().get((i + 1) % cluster.nodes().size()));
    }
  }

  private static void decides(Daemon node, Daemon other) throws IOException {
    String key = "/key/conditions/" + node.name();
    refused(node.put(key, "0", "If-Match", "*"), "");
    refused(node.delete(key, "If-Match", "\"1\""), "");
    Answer created = node.put(key, "1", "If-None-Match", "*").expect(200);
    String first = created.header("ETag");
    assertEquals("\"" + created.json().path("revision").asText() + "\"", first);

    refused(other.put(key, "2", "If-None-Match", "*"), first);
    refused(other.put(key, "2", "If-None-Match", first), first);
    Answer known = other.get(key, "If-None-Match", first).expect(304);
    assertEquals(first, known.header("ETag"));
    assertEquals("", known.body());

    String second = other.put(key, "2", "If-Match", first).expect(200).header("ETag");
    assertNotEquals(first, second);
    node.get(key, "If-None-Match", first).expect(200);
    refused(node.put(key, "3", "If-Match", first), second);
    refused(node.delete(key, "If-Match", first), second);
    refused(node.delete(key, "If-None-Match", "*"), second);
    assertEquals("2", other.get(key + "?raw").expect(200).body());

    assertEquals(
        1, other.delete(key, "If-Match", second).expect(200).json().path("deleted").asInt());
    refused(node.put(key, "3", "If-Match", second), "");
    node.get(key).expect(404);
  }

  private static void refused(Answer answer, String present) {
    answer.expect(412, "precondition_failed");
    assertEquals("rejected", answer.json().path("outcome").asText(), answer::toString);
    assertEquals(present, answer.header("ETag"), answer::toString);
  }

  @Test
  void everyIncrementThatSucceededCountsOnceWhileLeadersEnd() throws IOException {
    cluster.node(1).put(COUNTER, "0").expect(200);
    AtomicInteger successes = new AtomicInteger();
    AtomicInteger running = new AtomicInteger(1);
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int first = i;
      clients.add(Background.run(() -> increment(first, running, successes)));
    }
    try {
      awaitMore(successes, 30);
      Daemon killed = cluster.leader();
      killed.kill();
      awaitMore(successes, 30);
      killed.start();
      killed.awaitReady();
      Daemon stopped = cluster.leader();
      stopped.stop();
      awaitMore(successes, 30);
      stopped.start();
    } finally {
      running.set(0);
    }
    clients.forEach(CompletableFuture::join);
    for (Daemon node : cluster.nodes()) {
      Answer last = eventually("it serves", LONG, () -> node.get(COUNTER + "?raw").expect(200));
      assertEquals(successes.get(), Integer.parseInt(last.body()), last::toString);
    }
  }

  private static void awaitMore(AtomicInteger successes, int more) {
    int goal = successes.get() + more;
    eventually(more + " more increments", () -> successes.get() >= goal);
  }

  /** Reads, adds one and writes if nobody else did, until it is told to stop. */
  private void increment(int first, AtomicInteger running, AtomicInteger successes) {
    for (int turn = first; running.get() > 0; turn++) {
      int next = turn;
      Answer read = ask(next, node -> node.get(COUNTER + "?raw").expect(200));
      String value = Integer.toString(Integer.parseInt(read.body()) + 1);
      String[] headers = {
        "If-Match", read.header("ETag"), "Idempotency-Key", "" + UUID.randomUUID()
      };
      Answer written = ask(next + 1, node -> definite(node.put(COUNTER, value, headers)));
      if (written.status() == 200) {
        successes.incrementAndGet();
      }
    }
  }

  private static Answer definite(Answer answer) {
    assertTrue(answer.status() == 200 || answer.status() == 412, answer::toString);
    return answer;
  }

  private interface Question {
    Answer to(Daemon node) throws IOException;
  }

  /** Asks one node after the other until one answers. */
  private Answer ask(int first, Question question) {
    AtomicInteger next = new AtomicInteger(first);
    List<Daemon> nodes = cluster.nodes();
    return eventually(
        "an answer", LONG, () -> question.to(nodes.get(next.getAndIncrement() % nodes.size())));
  }
}
