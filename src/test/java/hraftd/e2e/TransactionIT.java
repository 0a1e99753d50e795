package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.testing.Background;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Transactions are one step, decide where they are applied, and are refused whole. */
@BothEngines(andJavalinAlone = true)
class TransactionIT {

  private static final int TRANSFERS = 40;

  private final TestCluster cluster;

  TransactionIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void conditionsChooseTheBranch() throws IOException {
    List<Daemon> followers = cluster.followers();
    Daemon node = followers.get(0);
    Daemon other = followers.get(1);
    long version = node.put("/key/txn/a", "1").expect(200).json().path("revision").asLong();
    String body =
        """
        {"if":[{"key":"txn/a","version":%d},{"key":"txn/a","value":"1"},
               {"key":"txn/a","exists":true},{"key":"txn/b","absent":true}],
         "then":[{"put":{"key":"txn/b","value":"2","ttl":"1h"}},{"delete":"txn/a"},{"get":"txn/b"}],
         "else":[{"get":"txn/a"},{"get":"txn/b"},{"put":{"key":"txn/c","value":"3"}}]}"""
            .formatted(version);
    JsonNode then = other.post("/txn", body).expect(200).json();
    long revision = then.path("revision").asLong();
    assertTrue(then.path("succeeded").asBoolean(), then::toString);
    assertEquals(version + 1, revision);
    assertEquals(
        """
        [{"key":"txn/b","version":%1$d},{"key":"txn/a","deleted":1},\
        {"key":"txn/b","value":"2","version":%1$d}]"""
            .formatted(revision),
        then.path("results").toString());
    assertTrue(
        !node.get("/key/txn/b").expect(200).header("X-Hraftd-Ttl").isEmpty(), "it has a ttl");

    JsonNode otherwise = node.post("/txn", body).expect(200).json();
    assertTrue(!otherwise.path("succeeded").asBoolean(), otherwise::toString);
    assertEquals(
        """
        [{"key":"txn/a","value":null},{"key":"txn/b","value":"2","version":%d},\
        {"key":"txn/c","version":%d}]"""
            .formatted(revision, revision + 1),
        otherwise.path("results").toString());
    other.get("/key/txn/a").expect(404);
    assertEquals("3", other.get("/key/txn/c?raw").expect(200).body());
  }

  @Test
  void at128OperationsIsTheLimit() throws IOException {
    Daemon node = cluster.node(3);
    JsonNode most = node.post("/txn", "{\"then\":[" + puts(128) + "]}").expect(200).json();
    assertEquals(128, most.path("results").size());
    Answer more = node.post("/txn", "{\"then\":[" + puts(129) + "]}").expect(400, "bad_request");
    assertTrue(more.json().path("detail").asText().contains("129"), more::toString);
    node.post("/txn", "{\"then\":[" + puts(64) + "],\"else\":[" + puts(65) + "]}")
        .expect(400, "bad_request");
    assertEquals("128", node.get("/key/txn/many0?raw").expect(200).body());
    node.get("/key/txn/many128").expect(404);
  }

  private static String puts(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"put\":{\"key\":\"txn/many" + i + "\",\"value\":\"" + count + "\"}}")
        .collect(Collectors.joining(","));
  }

  @Test
  void aMalformedOneNamesItsOperationAndChangesNothing() throws IOException {
    Daemon node = cluster.node(1);
    String good = "{\"put\":{\"key\":\"txn/never\",\"value\":\"1\"}}";
    refused(node, "{\"then\":[" + good + ",{\"put\":{\"key\":\"k\"}}]}", "then[1]");
    refused(node, "{\"then\":[" + good + "," + good + ",{\"get\":7}]}", "then[2]");
    refused(node, "{\"then\":[" + good + "],\"else\":[{\"increment\":\"k\"}]}", "else[0]");
    refused(node, "{\"if\":[{\"key\":\"k\"}],\"then\":[" + good + "]}", "if[0]");
    refused(node, "{\"then\":[" + good + "],\"when\":[]}", "when");
    refused(node, "[]", "object");
    for (Daemon each : cluster.nodes()) {
      each.get("/key/txn/never").expect(404);
    }
  }

  private static void refused(Daemon node, String body, String part) throws IOException {
    Answer answer = node.post("/txn", body).expect(400, "bad_request");
    assertTrue(answer.json().path("detail").asText().contains(part), answer::toString);
  }

  @Test
  void transfersOnAllNodesLeaveTheSumAndEveryReadSeesIt() throws IOException {
    cluster.node(1).post("/key", "{\"txn/from\":\"1000\",\"txn/to\":\"0\"}").expect(200);
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Void> reader =
        Background.run(
            () -> {
              for (int turn = 0; !stop.get(); turn++) {
                JsonNode accounts = accounts(node(turn));
                assertEquals(1000, amount(accounts, 0) + amount(accounts, 1), accounts::toString);
              }
            });
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (Daemon node : cluster.nodes()) {
      clients.add(Background.run(() -> transfer(node)));
    }
    clients.forEach(CompletableFuture::join);
    stop.set(true);
    reader.join();
    assertEquals(
        TRANSFERS * cluster.nodes().size(), amount(accounts(cluster.leader()), 1), "moved in all");
  }

  private Daemon node(int turn) {
    return cluster.nodes().get(turn % cluster.nodes().size());
  }

  /** Moves one at a time; a transfer that others were faster than is tried again. */
  private static void transfer(Daemon node) {
    for (int done = 0; done < TRANSFERS; ) {
      JsonNode now = accounts(node);
      String body =
          """
          {"if":[{"key":"txn/from","version":%d},{"key":"txn/to","version":%d}],
           "then":[{"put":{"key":"txn/from","value":"%d"}},
                   {"put":{"key":"txn/to","value":"%d"}}]}"""
              .formatted(
                  now.path(0).path("version").asLong(),
                  now.path(1).path("version").asLong(),
                  amount(now, 0) - 1,
                  amount(now, 1) + 1);
      if (transact(node, body).path("succeeded").asBoolean()) {
        done++;
      }
    }
  }

  private static JsonNode accounts(Daemon node) {
    return transact(node, "{\"then\":[{\"get\":\"txn/from\"},{\"get\":\"txn/to\"}]}")
        .path("results");
  }

  private static int amount(JsonNode accounts, int which) {
    return Integer.parseInt(accounts.path(which).path("value").asText());
  }

  private static JsonNode transact(Daemon node, String body) {
    try {
      return node.post("/txn", body).expect(200).json();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
