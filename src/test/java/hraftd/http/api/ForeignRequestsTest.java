package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.Route;
import hraftd.http.api.TestClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of other stores send is refused and named; nothing is written. */
@BothWays
class ForeignRequestsTest {

  @Parameter private Way way;
  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode(way);
    http = node.client();
    http.put("/key/k", "kept");
  }

  @AfterEach
  void stop() {
    assertEquals("kept", http.get("/key/k?raw").text());
    assertEquals(1, node.state.view().revision());
    node.close();
  }

  @Test
  void everyRouteRefusesAParameterThatItDoesNotKnow() {
    for (Route route : node.routes.routes()) {
      String path = route.path().replace("{key}", "k");
      for (String query : List.of("foreign", "timeout=1s&timeout=1s", "Timeout=1s")) {
        Answer answer = http.send(route.method(), path + "?" + query, null);
        String what = route.method() + " " + path + "?" + query;
        assertEquals(400, answer.status(), what);
        String name = query.contains("=") ? query.substring(0, query.indexOf('=')) : query;
        assertTrue(answer.detail().startsWith("'" + name + "'"), what + ": " + answer.detail());
      }
    }
    assertEquals(400, http.head("/key/k?foreign").status());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PUT | /key/k?cas=0 | If-None-Match",
        "PUT | /key/k?prevExist=false | If-None-Match",
        "PUT | /key/k?prevIndex=7 | If-Match",
        "PUT | /key/k?TTL=30s | 'ttl'",
        "PUT | /key/k?acquire=s | /txn",
        "DELETE | /key/k?recurse | ?prefix=",
        "DELETE | /key/k?recursive=true | ?prefix=",
        "GET | /key/k?recurse | ?prefix=",
        "GET | /key/k?stale | level=stale",
        "GET | /key/k?consistent | linearizable",
        "GET | /key/k?quorum=true | linearizable",
        "GET | /key/k?wait=true | /watch",
        "GET | /key?prefix=a&wait=30s | /watch",
        "GET | /key/k?index=17 | /watch",
        "GET | /key?separator=/ | directories",
        "GET | /key?keys | keys_only",
        "DELETE | /key/k?all | ?prefix=&all",
      })
  void theOwnWordIsSaid(String method, String target, String hint) {
    Answer answer = http.send(method, target, method.equals("PUT") ? new byte[] {1} : null);
    assertEquals(400, answer.status());
    assertTrue(answer.detail().contains(hint), answer.detail());
  }

  /** A hint that is never given would be a dead line. */
  @Test
  void noHintIsForAWordThatIsKnownWhereItWouldBeTyped() {
    Set<String> known = new TreeSet<>();
    for (Route route : node.routes.routes()) {
      if (route.path().startsWith("/key")) {
        known.addAll(route.params());
      }
    }
    known.removeAll(Set.of("all", "wait")); // Of one route alone, and typed elsewhere.
    List<String> hinted = new ArrayList<>(ParameterHints.ALL.keySet());
    hinted.retainAll(known);
    assertEquals(List.of(), hinted);
    ParameterHints.ALL.keySet().forEach(word -> assertEquals(word.toLowerCase(Locale.ROOT), word));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Range: bytes 0-0/4 | 400 | bad_request",
        "Content-Encoding: gzip | 415 | unsupported_encoding",
        "Expect: 200-ok | 417 | expectation_failed",
      })
  void aBodyThatIsNotWhatIsToBeStoredIsRefused(String header, int status, String code) {
    for (String target : List.of("/key/k", "/key", "/txn", "/restore")) {
      String method = target.equals("/key/k") ? "PUT" : "POST";
      Answer answer = http.send(method, target, new byte[] {1}, header);
      assertEquals(status, answer.status(), target);
      assertEquals(code, answer.code(), target);
      assertEquals("rejected", answer.json().path("outcome").asText(), target);
    }
  }

  @Test
  void whatIsUnderstoodOfABodyIsSaid() {
    Answer answer = http.put("/key/k", "1", "Content-Encoding: br");
    assertEquals("identity", answer.header("Accept-Encoding"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "gzip, chunked", "chunked, gzip", "identity"})
  void anotherTransferEncodingThanChunkedIs501(String encoding) {
    Answer answer =
        http.raw(
            ("PUT /key/k HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
                    + encoding
                    + "\r\nConnection: close\r\n\r\n1\r\n1\r\n0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII),
            null);
    assertEquals(501, answer.status(), answer.text());
    assertEquals("not_implemented", answer.code());
  }

  @Test
  void aBodyOfTwoLengthsIsRefused() {
    for (String order :
        List.of(
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5")) {
      Answer answer =
          http.raw(
              ("PUT /key/k HTTP/1.1\r\nHost: test\r\n" + order + "\r\n\r\n0\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII),
              null);
      assertEquals(400, answer.status(), order);
    }
  }
}
