package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.testing.Background;
import hraftd.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Lists: their order, their pages and their ends, on every node. */
@BothEngines(andJavalinAlone = true)
class ListIT {

  private static final int KEYS = 300;

  private final TestCluster cluster;

  ListIT(TestCluster cluster) {
    this.cluster = cluster;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> keys(Answer list) {
    List<String> keys = new ArrayList<>();
    list.expect(200).json().path("keys").forEach(item -> keys.add(item.path("key").asText()));
    return keys;
  }

  @Test
  void keysComeInTheOrderOfTheirBytesNotOfJavasCharacters() throws IOException {
    // In UTF-16 the surrogates of an emoji come before U+FF5E, in UTF-8 its bytes come after.
    List<String> sorted =
        List.of("order/", "order/A", "order/a", "order/a/b", "order/é", "order/～", "order/😀");
    ObjectNode pairs = new ObjectMapper().createObjectNode();
    List.of(5, 2, 6, 0, 4, 1, 3).forEach(i -> pairs.put(sorted.get(i), "v"));
    pairs.put("orders", "another prefix").put("orde", "too");
    cluster.node(1).post("/key", pairs.toString()).expect(200);
    for (Daemon node : cluster.nodes()) {
      assertEquals(sorted, keys(node.get("/key?prefix=order/&keys_only")));
      assertEquals(
          List.of("order/😀"), keys(node.get("/key?prefix=order/&after=" + encoded("order/～"))));
      assertEquals(List.of("order/😀"), keys(node.get("/key?prefix=" + encoded("order/😀"))));
    }
  }

  @Test
  void pagesOfOneCursorShowOneRevisionWhileAnotherNodeWrites() throws IOException {
    List<Daemon> followers = cluster.followers();
    Daemon writer = followers.get(0);
    Daemon reader = followers.get(1);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger round = new AtomicInteger();
    write(writer, round.incrementAndGet());
    CompletableFuture<Void> writes =
        Background.run(
            () -> {
              while (!stop.get()) {
                write(writer, round.incrementAndGet());
              }
            });
    try {
      for (int listing = 0; listing < 5; listing++) {
        int before = round.get();
        listedAtOneRevision(reader, writer, before - 1);
        Eventually.eventually("more is written", () -> round.get() > before + 1);
      }
    } finally {
      stop.set(true);
      writes.join();
    }
  }

  /** One entry that gives all keys the same new value, and another key besides. */
  private static void write(Daemon node, int round) {
    ObjectNode pairs = new ObjectMapper().createObjectNode();
    for (int i = 0; i < KEYS; i++) {
      pairs.put("page/%03d".formatted(i), Integer.toString(round));
    }
    pairs.put("page/%03d-%d".formatted(round % KEYS, round), Integer.toString(round));
    try {
      node.post("/key", pairs.toString()).expect(200);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void listedAtOneRevision(Daemon reader, Daemon other, int least)
      throws IOException {
    JsonNode page = reader.get("/key?prefix=page/&limit=40").expect(200).json();
    long revision = page.path("revision").asLong();
    String value = page.path("keys").path(0).path("value").asText();
    assertTrue(Integer.parseInt(value) >= least, value);
    int whole = 0;
    while (page.has("next")) {
      String query = "/key?limit=40&after=" + page.path("next").asText();
      Answer elsewhere = other.get(query).settled();
      if (elsewhere.status() == 200) {
        assertEquals(revision, elsewhere.json().path("revision").asLong());
      } else {
        assertTrue(
            elsewhere.expect(410, "compacted").json().path("oldest").asLong() > revision,
            elsewhere::toString);
      }
      whole += whole(page, revision, value);
      page = reader.get(query).expect(200).json();
    }
    whole += whole(page, revision, value);
    assertEquals(KEYS, whole);
  }

  /** Checks a page; returns how many of the keys that are always written are on it. */
  private static int whole(JsonNode page, long revision, String value) {
    assertEquals(revision, page.path("revision").asLong());
    int whole = 0;
    for (JsonNode item : page.path("keys")) {
      assertTrue(item.path("version").asLong() <= revision, item::toString);
      if (!item.path("key").asText().contains("-")) {
        assertEquals(value, item.path("value").asText(), item::toString);
        whole++;
      }
    }
    return whole;
  }

  @Test
  void afterAndLimitHaveTheirEnds() throws IOException {
    cluster.node(2).post("/key", "{\"end/a\":\"1\",\"end/b\":\"2\",\"end/c\":\"3\"}").expect(200);
    Daemon node = cluster.node(3);
    Answer exact = node.get("/key?prefix=end/&limit=3");
    assertEquals(List.of("end/a", "end/b", "end/c"), keys(exact));
    assertFalse(exact.json().has("next"), exact::toString);
    assertFalse(node.get("/key?prefix=end/&limit=10000").json().has("next"));

    Answer first = node.get("/key?prefix=end/&limit=1");
    assertEquals(List.of("end/a"), keys(first));
    String cursor = first.json().path("next").asText();
    assertEquals(List.of("end/b", "end/c"), keys(node.get("/key?after=" + cursor)));
    node.get("/key?prefix=other/&after=" + cursor).expect(400, "bad_request");

    assertEquals(List.of("end/c"), keys(node.get("/key?prefix=end/&after=end/bbb")));
    assertEquals(List.of(), keys(node.get("/key?prefix=end/&after=end/c")));
    assertEquals(List.of("end/a"), keys(node.get("/key?prefix=end/&after=&limit=1")));
    for (String limit : List.of("0", "-1", "10001", "x", "")) {
      node.get("/key?prefix=end/&limit=" + limit).expect(400, "bad_request");
    }
  }

  @Test
  void aPrefixIsDeletedInOneStep() throws IOException {
    Daemon node = cluster.followers().get(0);
    node.post("/key", "{\"gone/1\":\"\",\"gone/2\":\"\",\"gone\":\"stays\"}").expect(200);
    long before =
        node.get("/key/gone")
            .expect(200)
            .headers()
            .firstValueAsLong("X-Hraftd-Revision")
            .orElseThrow();
    JsonNode deleted = node.delete("/key?prefix=gone/").expect(200).json();
    assertEquals(2, deleted.path("deleted").asInt());
    assertEquals(before + 1, deleted.path("revision").asLong());
    JsonNode again = cluster.leader().delete("/key?prefix=gone/").expect(200).json();
    assertEquals(0, again.path("deleted").asInt());
    assertEquals(before + 1, again.path("revision").asLong());
    node.delete("/key").expect(400, "bad_request");
    for (Daemon each : cluster.nodes()) {
      assertEquals(List.of("gone"), keys(each.get("/key?prefix=gone")));
    }
  }
}
