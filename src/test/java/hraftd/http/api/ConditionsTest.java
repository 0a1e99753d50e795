package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest extends OnOneNode {

  @Test
  void ifNoneMatchStarOnlyCreates() {
    assertEquals(200, http.put("/key/create", "1", "If-None-Match: *").status());
    Answer second = http.put("/key/create", "2", "If-None-Match: *");
    assertEquals(412, second.status());
    assertEquals("precondition_failed", second.code());
    assertEquals("rejected", second.json().get("outcome").asText());
    assertEquals(http.get("/key/create").header("ETag"), second.header("ETag"));
    assertEquals("{\"create\":\"1\"}", http.get("/key/create").text());
  }

  @Test
  void ifMatchOnlyReplacesThatVersion() {
    String first = http.put("/key/swap", "1").header("ETag");
    String second = http.put("/key/swap", "2", "If-Match: " + first).header("ETag");
    Answer stale = http.put("/key/swap", "3", "If-Match: " + first);
    assertEquals(412, stale.status());
    assertEquals(second, stale.header("ETag"));
    assertEquals(200, http.put("/key/swap", "3", "If-Match: *").status());
  }

  @Test
  void ifMatchOnAnAbsentKeyFailsWithoutAnETag() {
    Answer answer = http.put("/key/nothing", "1", "If-Match: \"5\"");
    assertEquals(412, answer.status());
    assertEquals("", answer.header("ETag"));
    assertEquals(412, http.put("/key/nothing", "1", "If-Match: *").status());
  }

  @Test
  void deleteTakesTheSameConditions() {
    String tag = http.put("/key/del", "1").header("ETag");
    assertEquals(412, http.delete("/key/del", "If-Match: \"1234567\"").status());
    assertEquals(412, http.delete("/key/del", "If-None-Match: " + tag).status());
    assertEquals(1, http.delete("/key/del", "If-Match: " + tag).json().get("deleted").asInt());
  }

  @Test
  void aPostOfOnePairTakesThemAndOneOfSeveralDoesNot() {
    assertEquals(200, http.post("/key", "{\"one\":\"1\"}", "If-None-Match: *").status());
    assertEquals(412, http.post("/key", "{\"one\":\"1\"}", "If-None-Match: *").status());
    assertEquals(400, http.post("/key", "{\"x\":\"1\",\"y\":\"2\"}", "If-None-Match: *").status());
  }

  @Test
  void aGetWithTheKnownVersionIs304() {
    String tag = http.put("/key/known", "1").header("ETag");
    Answer answer = http.get("/key/known", "If-None-Match: " + tag);
    assertEquals(304, answer.status());
    assertEquals(tag, answer.header("ETag"));
    assertEquals(0, answer.body().length);
    assertEquals(304, http.get("/key/known", "If-None-Match: \"x\", W/" + tag).status());
    assertEquals(200, http.get("/key/known", "If-None-Match: \"999999\"").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "If-Match: abc",
        "If-Match: ,",
        "If-Match:",
        "If-Match: \"1\" \"2\"",
        "If-Match: \"1",
        "If-Match: *, \"1\"",
        "If-None-Match: x",
        "If-None-Match: w/\"1\""
      })
  void aMalformedConditionIs400(String header) {
    assertEquals(400, http.put("/key/c", "1", header).status());
  }

  @Test
  void aListOfTagsMatchesIfOneDoes() {
    String tag = http.put("/key/list", "1").header("ETag");
    assertEquals(412, http.put("/key/list", "2", "If-Match: \"99\",\"a,b\"").status());
    assertEquals(412, http.put("/key/list", "2", "If-None-Match: \"99\", " + tag).status());
    String next = http.put("/key/list", "2", "If-Match: \"99\" , " + tag).header("ETag");
    assertFalse(next.isEmpty());
    assertEquals(200, http.put("/key/list", "3", "If-None-Match: \"99\", " + tag).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s,", ",%s", " , ,%s,, ", "\"99\",,%s", "%s,\t,\"99\""})
  void emptyElementsOfAListAreNone(String list) {
    String tag = http.put("/key/empty", "1").header("ETag");
    assertEquals(
        412, http.put("/key/empty", "2", "If-None-Match: " + list.formatted(tag)).status());
    assertEquals(304, http.get("/key/empty", "If-None-Match: " + list.formatted(tag)).status());
    assertEquals(200, http.put("/key/empty", "2", "If-Match: " + list.formatted(tag)).status());
  }

  @Test
  void aReadTakesIfMatchToo() {
    String old = http.put("/key/read", "1").header("ETag");
    String tag = http.put("/key/read", "2").header("ETag");
    assertEquals(200, http.get("/key/read", "If-Match: " + tag).status());
    assertEquals(200, http.get("/key/read", "If-Match: *").status());
    assertEquals(200, http.get("/key/read?raw", "If-Match: " + tag).status());
    Answer gone = http.get("/key/read", "If-Match: " + old);
    assertEquals(412, gone.status());
    assertEquals("precondition_failed", gone.code());
    assertEquals(tag, gone.header("ETag"));
    assertEquals(412, http.get("/key/read?raw", "If-Match: " + old).status());
    // First If-Match, then If-None-Match (RFC 9110, section 13.2.2).
    assertEquals(412, http.get("/key/read", "If-Match: " + old, "If-None-Match: " + old).status());
    assertEquals(304, http.get("/key/read", "If-Match: " + tag, "If-None-Match: " + tag).status());
    // Without it the answer would be 404, so it is with it (section 13.2.1).
    assertEquals(404, http.get("/key/read-not", "If-Match: " + tag).status());
    assertEquals(400, http.get("/key/read", "If-Match: x").status());
  }

  /** Two forms under one URL have two tags; either names the version to a write. */
  @Test
  void eachFormHasItsTagAndAWriteTakesEither() {
    String json = http.put("/key/forms", "1").header("ETag");
    String accept = "Accept: application/octet-stream";
    Answer raw = http.get("/key/forms", accept);
    assertEquals("1", raw.text());
    assertEquals("Accept", raw.header("Vary"));
    assertEquals("Accept", http.get("/key/forms").header("Vary"));
    assertEquals(json, http.get("/key/forms").header("ETag"));
    assertEquals(json, http.get("/key/forms?raw").header("ETag"));
    assertFalse(http.get("/key/forms?raw").header("Vary").contains("Accept"), "it has one form");
    String bytes = raw.header("ETag");
    assertEquals(json.replaceFirst("\"$", "-raw\""), bytes);

    Answer known = http.get("/key/forms", accept, "If-None-Match: " + bytes);
    assertEquals(304, known.status());
    assertEquals(bytes, known.header("ETag"));
    assertEquals("Accept", known.header("Vary"));
    assertEquals(200, http.get("/key/forms", accept, "If-None-Match: " + json).status());
    assertEquals(200, http.get("/key/forms", "If-None-Match: " + bytes).status());
    assertEquals(412, http.get("/key/forms", "If-Match: " + bytes).status());

    assertEquals(412, http.put("/key/forms", "2", "If-None-Match: " + bytes).status());
    assertEquals(200, http.put("/key/forms", "2", "If-Match: " + bytes).status());
    assertEquals(412, http.delete("/key/forms", "If-Match: " + bytes).status());
    assertEquals(412, http.put("/key/forms", "3", "If-Match: \"2-bytes\"").status());
  }

  @Test
  void a412SaysWhenAWeakTagWasSent() {
    String tag = http.put("/key/told", "1").header("ETag");
    for (Answer answer :
        List.of(
            http.put("/key/told", "2", "If-Match: W/" + tag),
            http.get("/key/told", "If-Match: W/" + tag),
            http.put("/key/told-not", "2", "If-Match: \"99\", W/" + tag))) {
      assertEquals(412, answer.status());
      assertTrue(answer.detail().contains("weak tag"), answer.detail());
    }
    assertFalse(http.put("/key/told", "2", "If-Match: \"99\"").detail().contains("weak"));
    assertFalse(http.put("/key/told", "2", "If-Match: \"W/\"").detail().contains("weak"));
  }

  @Test
  void aWeakTagMatchesForIfNoneMatchAlone() {
    String tag = http.put("/key/weak", "1").header("ETag");
    assertEquals(412, http.put("/key/weak", "2", "If-Match: W/" + tag).status());
    assertEquals(412, http.put("/key/weak", "2", "If-None-Match: W/" + tag).status());
    assertEquals(304, http.get("/key/weak", "If-None-Match: W/" + tag).status());
  }

  @Test
  void aNumberWrittenOtherwiseIsAnotherTag() {
    String tag = http.put("/key/zeros", "1").header("ETag");
    String zeros = tag.replaceFirst("\"", "\"0");
    assertEquals(412, http.put("/key/zeros", "2", "If-Match: " + zeros).status());
  }

  @Test
  void aWriteOfManyKeysRefusesAConditionInsteadOfForgettingIt() {
    http.put("/key/many/a", "1");
    Answer answer = http.delete("/key?prefix=many/", "If-Match: \"99\"");
    assertEquals(400, answer.status());
    assertEquals(200, http.get("/key/many/a").status());
    String put = "{\"then\":[{\"put\":{\"key\":\"many/b\",\"value\":\"1\"}}]}";
    assertEquals(400, http.post("/txn", put, "If-None-Match: *").status());
    assertEquals(404, http.get("/key/many/b").status());
  }

  @Test
  void bothConditionsAtOnceAre400() {
    assertEquals(400, http.put("/key/c", "1", "If-Match: \"1\"", "If-None-Match: *").status());
  }

  @Test
  void aTagThatIsNoVersionNeverMatches() {
    http.put("/key/foreign", "1");
    assertEquals(412, http.put("/key/foreign", "2", "If-Match: \"abc\"").status());
  }

  @Test
  void aRepeatUnderAnIdempotencyKeyAnswersAsTheFirstDid() {
    Answer first = http.put("/key/once", "1", "Idempotency-Key: r1");
    http.put("/key/once", "2");
    Answer second = http.put("/key/once", "1", "Idempotency-Key: r1");
    assertEquals(200, second.status());
    assertEquals(first.text(), second.text());
    assertEquals(first.header("ETag"), second.header("ETag"));
    assertEquals("{\"once\":\"2\"}", http.get("/key/once").text());
    Answer other = http.put("/key/once", "3", "Idempotency-Key: r1");
    assertEquals(409, other.status());
    assertEquals("conflict", other.code());
  }

  @Test
  void theOrderOfPairsMakesNoOtherRequest() {
    String first = http.post("/key", "{\"b\":\"1\",\"a\":\"2\"}", "Idempotency-Key: o1").text();
    Answer again = http.post("/key", "{ \"a\" : \"2\", \"b\" : \"1\" }", "Idempotency-Key: o1");
    assertEquals(200, again.status());
    assertEquals(first, again.text());
    assertEquals(
        409, http.post("/key", "{\"a\":\"1\",\"b\":\"2\"}", "Idempotency-Key: o1").status());
    String txn = "{\"then\":[{\"put\":{\"key\":\"t\",\"value\":\"1\"}},{\"get\":\"a\"}]}";
    String same =
        "{\"then\":[{\"put\":{\"value\":\"1\",\"key\":\"t\"}},{\"get\":\"a\"}],\"else\":[]}";
    assertEquals(
        http.post("/txn", txn, "Idempotency-Key: o2").text(),
        http.post("/txn", same, "Idempotency-Key: o2").text());
  }

  @Test
  void anIdempotencyKeyHas1To128Characters() {
    assertEquals(200, http.put("/key/i", "1", "Idempotency-Key: " + "x".repeat(128)).status());
    assertEquals(400, http.put("/key/i", "1", "Idempotency-Key: " + "x".repeat(129)).status());
    assertEquals(400, http.put("/key/i", "1", "Idempotency-Key:").status());
    for (String letter : List.of("é", "語", "😀")) {
      assertEquals(200, http.put("/key/i", "1", "Idempotency-Key: " + letter.repeat(128)).status());
      assertEquals(400, http.put("/key/i", "1", "Idempotency-Key: " + letter.repeat(129)).status());
    }
  }

  @Test
  void theAnswerToARefusedWriteIsRepeatedToo() {
    http.put("/key/refused", "1");
    assertEquals(
        412, http.put("/key/refused", "2", "If-None-Match: *", "Idempotency-Key: r2").status());
    http.delete("/key/refused");
    assertEquals(
        412, http.put("/key/refused", "2", "If-None-Match: *", "Idempotency-Key: r2").status());
  }
}
