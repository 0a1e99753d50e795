package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.api.TestClient.Answer;
import hraftd.raft.ConsensusException;
import hraftd.security.WallClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code ?explain} adds to answers; what it tells is for the tests of Raft. */
class ExplainedTest extends OnOneNode {

  @BeforeEach
  void trace() {
    node.consensus.trace(true);
  }

  @AfterEach
  void succeed() {
    node.consensus.failWith(null);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void assertExplained(Answer answer) {
    JsonNode steps = answer.json().path("explain").path("steps");
    assertEquals("received", steps.path(0).path("step").asText(), answer::text);
    assertEquals(0, steps.path(0).path("at").asLong());
    assertEquals("answered", steps.path(steps.size() - 1).path("step").asText(), answer::text);
    String link = answer.json().path("explain").path("link").asText();
    assertTrue(link.startsWith("/ui/#at="), link);
    long age = WallClock.millis() - Long.parseLong(link.substring("/ui/#at=".length()));
    assertTrue(age >= 0 && age < 600_000, link);
    assertEquals("no-store", answer.header("Cache-Control"));
  }

  @Test
  void writesSayWhatTheyDidAndHow() {
    for (Answer answer :
        List.of(
            http.post("/key?explain", "{\"explained\":\"1\"}"),
            http.put("/key/explained?explain", "2"),
            http.delete("/key/explained?explain"),
            http.post("/txn?explain", "{\"then\":[{\"get\":\"explained\"}]}"))) {
      assertEquals(200, answer.status());
      assertExplained(answer);
      assertEquals(
          "" + answer.json().path("revision").asLong(), answer.header("X-Hraftd-Revision"));
    }
    Answer written = http.put("/key/explained?explain", "3");
    assertEquals(List.of("revision", "explain"), names(written.json()));
    assertEquals("\"" + written.json().path("revision").asLong() + "\"", written.header("ETag"));
  }

  @Test
  void aReadNamesItsKeyAsThatMayBeCalledSo() {
    http.put("/key/explain", "me");
    Answer answer = http.get("/key/explain?explain");
    assertEquals(List.of("key", "value", "version", "explain"), names(answer.json()));
    assertEquals("explain", answer.json().path("key").asText());
    assertEquals("me", answer.json().path("value").asText());
    assertEquals("\"" + answer.json().path("version").asLong() + "\"", answer.header("ETag"));
    assertExplained(answer);
    assertEquals("{\"explain\":\"me\"}", http.get("/key/explain").text());
    assertEquals("{\"explain\":\"me\"}", http.get("/key/explain?explain=false").text());
  }

  @Test
  void aStaleReadSaysSo() {
    http.put("/key/stale", "1");
    Answer answer = http.get("/key/stale?explain&level=stale");
    assertExplained(answer);
    JsonNode served = answer.json().path("explain").path("steps").path(1);
    assertEquals("served_stale", served.path("step").asText());
    assertEquals(8, served.path("index").asLong());
    Answer reached = http.get("/key/stale?explain&level=stale&min_revision=1");
    assertEquals(
        "served_stale", reached.json().path("explain").path("steps").path(1).path("step").asText());
  }

  @Test
  void anErrorIsExplainedToo() {
    for (String level : List.of("", "&level=stale")) {
      Answer absent = http.get("/key/not/there?explain" + level);
      assertEquals(404, absent.status());
      assertEquals("not_found", absent.code());
      assertEquals("application/problem+json", absent.header("Content-Type"));
      assertExplained(absent);
    }
    node.consensus.failWith(new ConsensusException.OutcomeUnknown("too late"));
    Answer late = http.put("/key/late?explain", "1");
    assertEquals(504, late.status());
    assertEquals("unknown", late.json().path("outcome").asText());
    assertExplained(late);
    node.mayAnswerWhatIsNotDeclared();
    node.consensus.failWith(new IllegalStateException("a defect"));
    Answer defect = http.put("/key/late?explain", "1");
    assertEquals("internal", defect.code());
    assertFalse(defect.json().has("explain"));
  }

  @Test
  void whatHasNoBodyHasNoRoomForIt() {
    String etag = http.put("/key/same", "1").header("ETag");
    Answer known = http.get("/key/same?explain", "If-None-Match: " + etag);
    assertEquals(304, known.status());
    assertEquals(etag, known.header("ETag"));
  }

  @ParameterizedTest
  @CsvSource({
    "/key/k?explain&raw, ''",
    "/key/k?explain&wait=1s, ''",
    "/key/k?explain, application/octet-stream",
    "/key/k?explain=perhaps, ''"
  })
  void whatCannotBeHadTogetherIsRefused(String target, String accept) {
    Answer answer = http.get(target, "Accept: " + (accept.isEmpty() ? "*/*" : accept));
    assertEquals("bad_request", answer.code());
    assertTrue(answer.detail().contains("explain"), answer::text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/key?explain", "/watch?explain", "/status?explain", "/token?explain"})
  void otherRoutesDoNotKnowIt(String target) {
    assertTrue(List.of(400, 404).contains(http.get(target).status()));
  }

  @Test
  void anEngineThatSaysNothingIsNotAsked() {
    node.consensus.trace(false);
    long before = node.state.view().revision();
    for (Answer answer :
        List.of(
            http.put("/key/k?explain", "1"),
            http.post("/key?explain", "{\"k\":\"1\"}"),
            http.delete("/key/k?explain"),
            http.post("/txn?explain", "{\"then\":[{\"get\":\"k\"}]}"),
            http.get("/key/k?explain"),
            http.get("/key/k?explain&level=stale"))) {
      assertEquals(501, answer.status());
      assertEquals("not_supported", answer.code());
    }
    assertEquals(before, node.state.view().revision(), "nothing has happened");
  }
}
