package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is said in the API's own words, and shortly: no library's, no class's name. */
class PlainWordsTest {

  private static final Pattern FOREIGN =
      Pattern.compile(
          "(?i)jackson|jetty|java\\.|com\\.|org\\.|hraftd\\.|exception|token|marker|nesting|"
              + "StreamRead|START_|VALUE_|ObjectNode|surrogate was|not recognized|0x|Illegal|"
              + "base64 character|invalid char|no enum|index \\d+ out|null");

  private static TestNode node;
  private static TestClient http;

  @BeforeAll
  static void start() throws IOException {
    node = new TestNode();
    http = node.client();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static void plain(Answer answer) {
    assertTrue(answer.status() >= 400 && answer.status() < 500, answer.text());
    assertFalse(FOREIGN.matcher(answer.detail()).find(), answer.detail());
    assertTrue(answer.detail().length() < 400, () -> answer.detail().length() + " characters");
    assertFalse(answer.detail().chars().anyMatch(Character::isISOControl), answer.detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[",
        "nul",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":\"b\"",
        "{\"a\":\"b\"}}",
        "{\"a\":\"b\"} {",
        "{\"a\":\"b\",\"a\":\"c\"}",
        "{\"a\":1e9999999}",
        "{\"a\":\"\\q\"}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":'b'}",
        "{a:1}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"\\ud800\":\"x\"}",
        "{\"then\":[{\"put\":{\"key\":\"\\ud800\"}}]}",
        "{\"then\":7}",
        "{\"then\":[{}],\"then\":[]}",
        "\u0000",
        "{\"format\":1}\n{\"key64\":\"***\",\"value\":\"\"}\n",
        "{\"format\":1}\n{\"key\":\"k\",\"ttl\":\"x\",\"value\":\"\"}\n",
        "{\"format\":1}\n{\"key\":\"k\",\"value\":\"\"}\n{\"count\":\"x\",\"sha256\":[]}\n",
      })
  void aBodyThatIsNoneIsExplained(String body) {
    for (String target : List.of("/key", "/txn", "/restore")) {
      plain(http.post(target, body));
    }
  }

  @Test
  void whatIsDeepOrLongIsExplainedShortly() {
    String deep = "{\"a\":".repeat(5_000);
    String name = "n\\u001b".repeat(20_000);
    for (String body :
        List.of(
            deep,
            "[".repeat(5_000),
            "{\"" + name + "\":1}",
            "{\"" + "k".repeat(4_096) + "\":1}",
            "{\"" + "k".repeat(4_000) + "\":\"1\",\"" + "k".repeat(4_000) + "\":\"1\"}",
            "{\"then\":[{\"" + name + "\":1}]}",
            "{\"format\":1}\n{\"key\":\"k\",\"" + name + "\":1}\n",
            "{\"a\":" + "1".repeat(20_000) + "}")) {
      for (String target : List.of("/key", "/txn", "/restore")) {
        plain(http.post(target, body));
      }
    }
  }

  @Test
  void bytesThatAreNoTextAreExplained() {
    for (byte[] body :
        List.of(
            new byte[] {(byte) 0xff, (byte) 0xfe, '{', 0, '}', 0},
            new byte[] {0, 0, 0, '{', 0, 0, 0, '}'},
            new byte[] {'{', '"', (byte) 0xc3, '"', ':', '"', '"', '}'})) {
      for (String target : List.of("/key", "/txn", "/restore")) {
        plain(http.send("POST", target, body));
      }
    }
  }

  @Test
  void whatIsNoRequestIsExplained() {
    List<String> requests =
        new ArrayList<>(
            List.of(
                "GARBAGE",
                "GET /key/k HTTP/1.1",
                "GET /key/k HTTP/9.9\r\nHost: test",
                "GET  /key/k HTTP/1.1\r\nHost: test",
                "G\u0001T /key/k HTTP/1.1\r\nHost: test",
                "GET /key/k HTTP/1.1\r\nHost: test\r\nHost: test",
                "GET /key/k HTTP/1.1\r\nHost: a b",
                "GET /key/k HTTP/1.1\r\nHost: test\r\nBad Header: x",
                "GET /key/k HTTP/1.1\r\nHost: test\r\n folded",
                "PUT /key/k HTTP/1.1\r\nHost: test\r\nContent-Length: x",
                "PUT /key/k HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\nContent-Length: 2",
                "GET /" + "k".repeat(100_000) + " HTTP/1.1\r\nHost: test"));
    for (String request : requests) {
      plain(http.raw((request + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1), null));
    }
    Answer noHost =
        http.raw("GET /livez HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII), null);
    assertEquals("HTTP/1.1 asks for a 'Host'", noHost.detail());
  }
}
