package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.api.TestClient.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BothWays
class ListResourceTest {

  @Parameter private Way way;
  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(way);
    http = node.client();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static List<String> keys(JsonNode page) {
    List<String> keys = new ArrayList<>();
    page.get("keys").forEach(item -> keys.add(item.get("key").asText()));
    return keys;
  }

  @Test
  void aListIsSortedByTheBytesOfTheKeys() {
    http.post("/key", "{\"b\":\"2\",\"a\":\"1\",\"é\":\"4\",\"Z\":\"0\",\"b/c\":\"3\"}");
    Answer answer = http.get("/key");
    assertEquals(List.of("Z", "a", "b", "b/c", "é"), keys(answer.json()));
    assertEquals(1, answer.json().get("revision").asLong());
    assertEquals("1", answer.header("X-Hraftd-Revision"));
    assertFalse(answer.json().has("next"));
    assertEquals(
        "{\"key\":\"Z\",\"value\":\"0\",\"version\":1}",
        answer.json().get("keys").get(0).toString());
  }

  @Test
  void anEmptyStoreHasAnEmptyList() {
    assertEquals("{\"revision\":0,\"keys\":[]}", http.get("/key?prefix=").text());
  }

  @Test
  void aPrefixSelects() {
    http.post("/key", "{\"a\":\"\",\"ab\":\"\",\"abc\":\"\",\"b\":\"\",\"a b\":\"\",\"a+b\":\"\"}");
    assertEquals(List.of("ab", "abc"), keys(http.get("/key?prefix=ab").json()));
    assertEquals(List.of("a b"), keys(http.get("/key?prefix=a%20").json()));
    assertEquals(List.of("a b"), keys(http.get("/key?prefix=a+").json()));
    assertEquals(List.of("a+b"), keys(http.get("/key?prefix=a%2B").json()));
    assertEquals(List.of(), keys(http.get("/key?prefix=nothing").json()));
  }

  @Test
  void keysOnlyLeavesTheValuesOut() {
    http.post("/key", "{\"a\":\"long\"}");
    assertEquals(
        "{\"revision\":1,\"keys\":[{\"key\":\"a\",\"version\":1}]}",
        http.get("/key?keys_only").text());
    assertTrue(http.get("/key?keys_only=false").text().contains("long"));
  }

  @Test
  void aValueThatIsNotUtf8ComesInBase64() {
    http.send("PUT", "/key/a", new byte[] {(byte) 0xff});
    assertEquals("/w==", http.get("/key").json().get("keys").get(0).get("value64").asText());
  }

  @Test
  void afterAKeyGoesOnBehindItWhetherItExistsOrNot() {
    http.post("/key", "{\"a\":\"\",\"b\":\"\",\"d\":\"\"}");
    assertEquals(List.of("b", "d"), keys(http.get("/key?after=a").json()));
    assertEquals(List.of("d"), keys(http.get("/key?after=c").json()));
    assertEquals(List.of("a", "b", "d"), keys(http.get("/key?after=").json()));
  }

  @Test
  void thePagesOfOneCursorShowOneRevisionWhateverIsWrittenMeanwhile() {
    for (int i = 0; i < 10; i++) {
      http.put("/key/p" + i, "old");
    }
    List<String> seen = new ArrayList<>();
    JsonNode page = http.get("/key?prefix=p&limit=3").json();
    long revision = page.get("revision").asLong();
    seen.addAll(keys(page));
    while (page.has("next")) {
      http.put("/key/p" + seen.size() + "x", "new");
      http.delete("/key/p9");
      page = http.get("/key?prefix=p&limit=3&after=" + page.get("next").asText()).json();
      assertEquals(revision, page.get("revision").asLong());
      seen.addAll(keys(page));
    }
    assertEquals(List.of("p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9"), seen);
  }

  @Test
  void aCursorCarriesItsPrefixAndRefusesAnother() {
    http.post("/key", "{\"p1\":\"\",\"p2\":\"\",\"q\":\"\"}");
    String next = http.get("/key?prefix=p&limit=1").json().get("next").asText();
    assertTrue(next.matches("[A-Za-z0-9_-]+"), next);
    assertEquals(List.of("p2"), keys(http.get("/key?after=" + next).json()));
    assertEquals(400, http.get("/key?prefix=q&after=" + next).status());
  }

  @Test
  void theSamePageCanBeAskedForTwice() {
    http.post("/key", "{\"a\":\"\",\"b\":\"\",\"c\":\"\"}");
    String next = http.get("/key?limit=1").json().get("next").asText();
    http.put("/key/b", "changed");
    String first = http.get("/key?limit=1&after=" + next).text();
    assertEquals(first, http.get("/key?limit=1&after=" + next).text());
    assertFalse(first.contains("changed"));
  }

  @Test
  void aCursorOfAnotherNodeIsGoneUnlessThatIsStillTheRevision() throws IOException {
    http.post("/key", "{\"a\":\"\",\"b\":\"\"}");
    String next = http.get("/key?limit=1").json().get("next").asText();
    try (TestNode other = new TestNode(way)) {
      other.client().post("/key", "{\"a\":\"\",\"b\":\"\"}");
      assertEquals(List.of("b"), keys(other.client().get("/key?after=" + next).json()));
      other.client().put("/key/c", "");
      Answer gone = other.client().get("/key?after=" + next);
      assertEquals(410, gone.status());
      assertEquals("compacted", gone.code());
      assertEquals(2, gone.json().get("oldest").asLong());
      assertFalse(gone.json().has("outcome"));
    }
  }

  @Test
  void moreListingsThanAreKeptCostTheOldestItsCursor() {
    http.post("/key", "{\"a\":\"\",\"b\":\"\"}");
    String first = http.get("/key?limit=1").json().get("next").asText();
    for (int i = 0; i <= OpenListings.MAX_VIEWS; i++) {
      http.put("/key/c" + i, "");
      http.get("/key?limit=1");
    }
    assertEquals(410, http.get("/key?after=" + first).status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"limit=0", "limit=10001", "limit=x", "limit=-1", "prefix=%ff", "keys_only=no"})
  void aMalformedParameterIs400(String query) {
    assertEquals(400, http.get("/key?" + query).status());
  }

  @Test
  void aPageEndsEarlyWhenItsValuesAreLarge() {
    String value = "x".repeat(1 << 20);
    for (int i = 0; i < 10; i++) {
      assertEquals(200, http.put("/key/large" + i, value).status());
    }
    JsonNode page = http.get("/key").json();
    assertEquals(7, keys(page).size());
    assertEquals(3, keys(http.get("/key?after=" + page.get("next").asText()).json()).size());
  }

  @Test
  void deletingAPrefixIsOneEntry() {
    http.post("/key", "{\"a\":\"\",\"b1\":\"\",\"b2\":\"\"}");
    assertEquals("{\"deleted\":2,\"revision\":2}", http.delete("/key?prefix=b").text());
    assertEquals("{\"deleted\":0,\"revision\":2}", http.delete("/key?prefix=b").text());
    assertEquals("{\"deleted\":1,\"revision\":3}", http.delete("/key?prefix=&all").text());
  }

  /** What is left of {@code ?prefix=#a}, of {@code ?prefix=$UNSET}, and what is half a request. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?",
        "?prefix",
        "?prefix=",
        "?prefix=&all=false",
        "?prefix=&all=no",
        "?prefix=&ALL",
        "?all",
        "?prefix=a&all",
        "?prefix=&all&all"
      })
  void deletingEverythingAsksForAWordOfItsOwn(String query) {
    http.put("/key/a", "1");
    Answer answer = http.delete("/key" + query);
    assertEquals(400, answer.status(), answer.text());
    assertEquals("bad_request", answer.code());
    assertEquals(200, http.get("/key/a").status());
  }
}
