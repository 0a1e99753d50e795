package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import hraftd.testing.Background;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyResourceTest extends OnOneNode {

  @Test
  void whatIsPostedIsThere() {
    Answer written = http.post("/key", "{\"posted\":\"value\"}");
    assertEquals(200, written.status());
    long revision = written.json().get("revision").asLong();
    Answer read = http.get("/key/posted");
    assertEquals(200, read.status());
    assertEquals("{\"posted\":\"value\"}", read.text());
    assertEquals("application/json", read.header("Content-Type"));
    assertEquals("\"" + revision + "\"", read.header("ETag"));
    assertEquals("" + revision, read.header("X-Hraftd-Revision"));
    assertEquals("n1", read.header("X-Hraftd-Served-By"));
  }

  @Test
  void allPairsOfOnePostHaveOneRevision() {
    long revision =
        http.post("/key", "{\"m1\":\"1\",\"m2\":\"2\",\"m3\":\"\"}")
            .json()
            .get("revision")
            .asLong();
    for (String key : new String[] {"m1", "m2", "m3"}) {
      assertEquals("\"" + revision + "\"", http.get("/key/" + key).header("ETag"));
    }
    assertEquals("{\"m3\":\"\"}", http.get("/key/m3").text());
  }

  @Test
  void aCopyThatIsNotThereAnswersNothingUnlessThatIsAskedFor() {
    http.put("/key/k", "1");
    node.consensus.whole(false);
    try {
      for (String target : new String[] {"/key/k", "/key/absent", "/key", "/backup"}) {
        Answer answer = http.get(target + "?level=stale&timeout=300ms");
        assertEquals(503, answer.status(), target);
        assertEquals("incomplete", answer.code());
        assertEquals(9, answer.json().get("lastIndex").asLong());
        assertEquals(8, answer.json().get("appliedIndex").asLong());
      }
      assertEquals("incomplete", http.get("/watch?timeout=300ms").code());
      assertEquals(200, http.get("/key/k?level=stale&incomplete").status());
      assertEquals(200, http.get("/key/k").status(), "the leader has confirmed it");
    } finally {
      node.consensus.whole(true);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "\"text\"",
        "7",
        "null",
        "{\"bad\":1}",
        "{\"bad\":null}",
        "{\"bad\":[\"a\"]}",
        "{\"bad\":{}}",
        "{\"bad\":true}",
        "{\"bad\":\"1\",\"bad\":\"2\"}",
        "{\"bad\":\"1\"",
        "{\"bad\":\"1\"} x",
        "{\"bad\":\"1\"}{}",
        "{\"\":\"1\"}",
        "{\"ok\":\"1\",\"bad\":2}",
        "{\"bad\":\"\\ud800\"}",
        "{\"\\udc00\":\"bad\"}",
        "bad",
        "{bad:1}"
      })
  void aBadPostWritesNothing(String body) {
    long before = node.state.view().revision();
    Answer answer = http.post("/key", body);
    assertEquals(400, answer.status());
    assertEquals("bad_request", answer.code());
    assertEquals("rejected", answer.json().get("outcome").asText());
    assertEquals(400, answer.json().get("status").asInt());
    assertEquals("application/problem+json", answer.header("Content-Type"));
    assertEquals(before, node.state.view().revision());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"1\"",
        "{\"a\":NaN}",
        "// comment\n{}",
        "{\"a\":\"1\",}",
        "{\"a\":\"1\"} x"
      })
  void whatIsNoJsonIsShownWhereAndNotInTheWordsOfTheParser(String body) {
    for (String path : List.of("/key", "/txn")) {
      String detail = http.post(path, body).detail();
      assertTrue(detail.contains(" line 1, column "), detail);
      for (String word : List.of("REDACTED", "Feature", "Source", "enable")) {
        assertFalse(detail.contains(word), detail);
      }
    }
  }

  @Test
  void aNameThatIsThereTwiceIsNamed() {
    String detail = http.post("/txn", "{\"then\":[],\"then\":[]}").detail();
    assertTrue(detail.endsWith("'then' is there twice"), detail);
  }

  @Test
  void aPostThatIsNotUtf8WritesNothing() {
    long before = node.state.view().revision();
    byte[] overlong = {'{', '"', 'a', '"', ':', '"', (byte) 0xc0, (byte) 0xaf, '"', '}'};
    byte[] surrogate = {
      '{', '"', 'a', '"', ':', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', '}'
    };
    assertEquals(400, http.send("POST", "/key", overlong).status());
    assertEquals(400, http.send("POST", "/key", surrogate).status());
    assertEquals(before, node.state.view().revision());
  }

  @Test
  void theContentTypeDoesNotMatter() {
    assertEquals(
        200,
        http.post("/key", "{\"form\":\"1\"}", "Content-Type: application/x-www-form-urlencoded")
            .status());
    assertEquals("{\"form\":\"1\"}", http.get("/key/form").text());
  }

  @Test
  void unicodeSurvives() {
    assertEquals(200, http.post("/key", "{\"ключ 🗝\":\"цена \\ud83d\\ude00 \\u0001\"}").status());
    Answer answer = http.get("/key/" + "%D0%BA%D0%BB%D1%8E%D1%87%20%F0%9F%97%9D");
    assertEquals("цена 😀 \u0001", answer.json().get("ключ 🗝").asText());
    assertEquals(answer.text(), http.get("/key/ключ%20🗝").text());
    assertEquals("{\"ключ 🗝\":\"цена 😀 \\u0001\"}", answer.text());
  }

  @Test
  void anAbsentKeyIs404WithTheRevision() {
    Answer answer = http.get("/key/absent");
    assertEquals(404, answer.status());
    assertEquals("not_found", answer.code());
    assertEquals("" + node.state.view().revision(), answer.header("X-Hraftd-Revision"));
  }

  @Test
  void putTakesTheBytesOfTheBody() {
    byte[] value = {0, (byte) 0xff, 1, '\n', (byte) 0x80};
    Answer written = http.send("PUT", "/key/bytes", value);
    assertEquals(200, written.status());
    long revision = written.json().get("revision").asLong();
    assertEquals("\"" + revision + "\"", written.header("ETag"));
    Answer raw = http.get("/key/bytes?raw");
    assertArrayEquals(value, raw.body());
    assertEquals("application/octet-stream", raw.header("Content-Type"));
    assertArrayEquals(value, http.get("/key/bytes", "Accept: application/octet-stream").body());
    Answer json = http.get("/key/bytes");
    assertEquals(406, json.status());
    assertEquals("not_acceptable", json.code());
  }

  @Test
  void anEmptyValueIsAValue() {
    assertEquals(200, http.put("/key/empty", "").status());
    assertEquals("{\"empty\":\"\"}", http.get("/key/empty").text());
    assertEquals("", http.get("/key/empty?raw").text());
  }

  @Test
  void deleteSaysHowManyAndKeepsTheRevisionIfNone() {
    long revision = http.put("/key/gone", "x").json().get("revision").asLong();
    assertEquals(
        "{\"deleted\":1,\"revision\":" + (revision + 1) + "}", http.delete("/key/gone").text());
    assertEquals(
        "{\"deleted\":0,\"revision\":" + (revision + 1) + "}", http.delete("/key/gone").text());
    assertEquals(404, http.get("/key/gone").status());
  }

  @Test
  void headIsGetWithoutTheBody() {
    http.put("/key/headed", "12345");
    Answer head = http.head("/key/headed");
    assertEquals(200, head.status());
    assertEquals("" + http.get("/key/headed").body().length, head.header("Content-Length"));
    assertEquals(http.get("/key/headed").header("ETag"), head.header("ETag"));
    assertEquals(0, head.body().length);
    assertEquals(404, http.head("/key/not-there").status());
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b",
    "a//b, a//b",
    "a%2Fb, a/b",
    "..%2fx, ../x",
    "%2e%2e, ..",
    "..%2F..%2Fup, ../../up",
    "a/../b, a/../b",
    "../in, ../in",
    "%2e%2e/x, ../x",
    "//, //",
    "./dot, ./dot",
    "a;b=c, a;b=c",
    "a+b, a+b",
    "a%20b, a b",
    "a%2Bb, a+b",
    "%2561, %61",
    "trailing/, trailing/",
    "/leading, /leading",
    "a&b=c, a&b=c",
    "%3F%23, ?#",
    "%5C%22%7B, \\\"{",
    "~!*'(), ~!*'()",
  })
  void aPathIsDecodedOnceAndNotNormalised(String path, String key) {
    assertEquals(200, http.put("/key/" + path, "v of " + key).status());
    assertEquals("v of " + key, http.get("/key/" + path).json().get(key).asText());
    assertEquals(1, http.delete("/key/" + path).json().get("deleted").asInt());
  }

  @Test
  void everyByteOfUtf8CanBeInAKey() {
    for (int b = 1; b < 0x80; b++) {
      String path = String.format("/key/b%%%02x", b);
      assertEquals(200, http.put(path, "x").status(), path);
      assertEquals("x", http.get(path + "?raw").text(), path);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%", "%4", "%zz", "a%f", "%ff", "%c0%af", "%ed%a0%80", "a%80", "%u0041", ""})
  void aPathThatIsNoKeyIs400(String path) {
    for (String method : new String[] {"GET", "PUT", "DELETE"}) {
      Answer answer = http.send(method, "/key/" + path, new byte[0]);
      assertEquals(400, answer.status());
      assertEquals("bad_request", answer.code());
    }
  }

  @Test
  void rawBytesThatAreNotUtf8InThePathAre400() {
    byte[] head =
        "GET /key/a? HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    head[10] = (byte) 0xff;
    assertEquals(400, http.raw(head, null).status());
  }

  @Test
  void aTtlMakesAKeyTemporaryAndAWriteWithoutOneMakesItPermanent() {
    http.put("/key/t", "1", "X: y");
    assertEquals("", http.get("/key/t").header("X-Hraftd-Ttl"));
    http.put("/key/t?ttl=1m30s", "2");
    assertEquals("90s", http.get("/key/t").header("X-Hraftd-Ttl"));
    node.consensus.advance(Duration.ofMillis(500));
    assertEquals("89.5s", http.get("/key/t?level=stale").header("X-Hraftd-Ttl"));
    http.post("/key?ttl=300ms", "{\"t\":\"3\"}");
    assertEquals("0.3s", http.get("/key/t").header("X-Hraftd-Ttl"));
    http.put("/key/t", "4");
    assertEquals("", http.get("/key/t").header("X-Hraftd-Ttl"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "abc", "-1s", "0", "0s", "1y", "1s2", "s", "99999999999h"})
  void aMalformedTtlIs400(String ttl) {
    assertEquals(400, http.put("/key/t2?ttl=" + ttl, "1").status());
    assertEquals(404, http.get("/key/t2").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "timeout=0",
        "timeout=x",
        "timeout=2h",
        "level=fresh",
        "min_revision=-1",
        "min_revision=x",
        "raw=maybe",
        "level=stale&level=stale",
        "timeout="
      })
  void aMalformedParameterIs400(String query) {
    assertEquals("bad_request", http.get("/key/k?" + query).code());
  }

  @Test
  void emptyPartsOfAQueryAreNoParameters() {
    assertEquals(200, http.put("/key/p?&&ttl=1h&", "1").status());
    assertEquals(200, http.get("/key/p?&timeout=300ms&&").status());
  }

  @Test
  void aStaleReadAsksNobody() {
    http.put("/key/s", "1");
    node.consensus.failWith(new hraftd.raft.ConsensusException.NoLeader("nobody leads"));
    try {
      assertEquals("{\"s\":\"1\"}", http.get("/key/s?level=stale").text());
      assertEquals(503, http.get("/key/s").status());
    } finally {
      node.consensus.failWith(null);
    }
  }

  @Test
  void minRevisionWaitsUntilTheCopyIsThere() throws Exception {
    long next = node.state.view().revision() + 1;
    Thread writer = new Thread(() -> http.put("/key/awaited", "now"));
    var read = Background.supply(() -> http.get("/key/awaited?level=stale&min_revision=" + next));
    writer.start();
    assertEquals("{\"awaited\":\"now\"}", read.get().text());
    writer.join();
    Answer late = http.get("/key/awaited?level=stale&timeout=20ms&min_revision=" + (next + 1000));
    assertEquals(504, late.status());
    assertEquals("timeout", late.code());
  }
}
