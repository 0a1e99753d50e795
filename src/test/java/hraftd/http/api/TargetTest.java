package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a request's target, of which a key's bytes are a part. */
class TargetTest extends OnOneNode {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/key/%00                | %00",
        "/key/a%00b              | %00",
        "/key/../../up           | %2F",
        "/key/../..              | %2F",
        "/key/%4                 | percent-encoding",
        "/key/%zz                | percent-encoding",
        "/key/a#b                | %23",
        "/key/a?level=stale#b    | %23",
      })
  void whatJettyCannotReadIsExplained(String target, String word) {
    for (String method : new String[] {"GET", "DELETE", "PUT"}) {
      Answer answer = http.send(method, target, new byte[0]);
      assertEquals(400, answer.status(), answer.text());
      assertEquals("bad_request", answer.code());
      assertTrue(answer.detail().contains(word), answer.detail());
    }
  }

  @Test
  void aKeyWithAZeroByteIsReachedWithoutAPath() {
    assertEquals(200, http.post("/key", "{\"zero\\u0000\":\"1\"}").status());
    Answer list = http.get("/key?prefix=zero%00");
    assertEquals("zero\u0000", list.json().path("keys").path(0).path("key").asText());
    Answer txn =
        http.post("/txn", "{\"then\":[{\"get\":\"zero\\u0000\"},{\"delete\":\"zero\\u0000\"}]}");
    assertEquals(200, txn.status(), txn.text());
    assertEquals(0, http.get("/key?prefix=zero").json().path("keys").size());
  }

  /** Characters that ought to be percent-encoded, and which some clients send as they are. */
  @ParameterizedTest
  @ValueSource(strings = {"\u2028", "\u0085x", "a\u2029", "ключ", "日本/語", "🗝"})
  void whatIsNotAsciiIsTakenAsUtf8(String key) {
    assertEquals(200, http.put("/key/" + key, "1").status());
    assertTrue(http.get("/key/" + key).json().has(key));
    assertEquals(1, http.delete("/key/" + key).json().path("deleted").asInt());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://somewhere:1/key/absolute?raw",
        "http://test/key/absolute?raw",
        "HTTP://test/key/absolute?raw",
        "http://test//../key/absolute?raw"
      })
  void aTargetMayNameAHost(String target) {
    http.put("/key/absolute", "1");
    Answer answer = http.get(target);
    assertEquals(target.contains("..") ? 404 : 200, answer.status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://test", "http://test?level=stale", "http://test:80"})
  void aTargetMayNameAHostAlone(String target) {
    assertEquals("not_found", http.get(target).code());
    assertEquals(204, http.send("OPTIONS", target, null).status());
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "/", "http://test"})
  void theServerIsAskedWhatItUnderstands(String target) {
    Answer answer = http.send("OPTIONS", target, null);
    assertEquals(204, answer.status());
    assertEquals("DELETE, GET, HEAD, OPTIONS, POST, PUT", answer.header("Allow"));
    assertEquals("", answer.header("Content-Length"));
    assertEquals("", answer.header("Content-Type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "key", "?level=stale"})
  void whatIsNoPathIs400(String target) {
    Answer answer =
        http.raw(
            ("GET " + target + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8),
            null);
    assertEquals(400, answer.status());
    assertEquals("bad_request", answer.code());
  }

  @Test
  void aNameThatServletsProtectIsAKeyLikeOthers() {
    assertEquals(200, http.put("/key/../WEB-INF/x", "1").status());
    assertEquals("1", http.get("/key/../WEB-INF/x?raw").text());
  }
}
