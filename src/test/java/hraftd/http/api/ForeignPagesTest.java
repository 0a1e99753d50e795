package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.Route;
import hraftd.http.api.TestClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a web page can make a browser send, against every route. */
class ForeignPagesTest {

  private static final String LET_IN = "Origin: https://let.in";

  private static final String EVIL = "Origin: http://evil.example";

  private TestNode node;
  private TestClient http;

  @BeforeEach
  void start() throws IOException {
    node = new TestNode();
    http = node.client();
    http.put("/key/k", "<script>kept</script>");
  }

  @AfterEach
  void stop() {
    assertEquals(1, node.state.view().revision(), "nothing was written");
    node.close();
  }

  private Set<String> targets() {
    Set<String> targets = new LinkedHashSet<>(List.of("/", "/nothing", "/cluster/self"));
    for (Route route : node.routes.routes()) {
      targets.add(route.path().replace("{key}", "k"));
    }
    return targets;
  }

  @Test
  void aForeignPageGetsNowhereByWhateverMethod() {
    for (String target : targets()) {
      for (String method :
          List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE")) {
        for (String said :
            List.of(
                "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", EVIL, "Origin: null")) {
          Answer answer = http.send(method, target, null, said);
          assertEquals(403, answer.status(), method + " " + target + " " + said);
          assertEquals("", answer.header("Access-Control-Allow-Origin"));
          if (!method.equals("HEAD")) {
            assertEquals("forbidden", answer.code());
            assertEquals("rejected", answer.json().path("outcome").asText());
          }
        }
      }
    }
  }

  @Test
  void aReboundNameGetsNowhereEither() {
    for (String target : targets()) {
      for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")) {
        Answer answer =
            http.raw(
                (method
                        + " "
                        + target
                        + " HTTP/1.1\r\nHost: rebound.example\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII),
                null);
        assertEquals(421, answer.status(), method + " " + target);
        if (!method.equals("HEAD")) {
          assertEquals("misdirected", answer.code());
          assertTrue(answer.detail().contains("-allow-host"), answer.detail());
        }
      }
    }
  }

  @Test
  void oneThatIsLetInReadsAnswersAndErrors() {
    for (String target : List.of("/key/k", "/key/absent", "/key/k?foreign", "/nothing")) {
      Answer answer = http.get(target, LET_IN, "Sec-Fetch-Site: cross-site");
      assertEquals("https://let.in", answer.header("Access-Control-Allow-Origin"), target);
      assertTrue(answer.header("Access-Control-Expose-Headers").contains("ETag"), target);
    }
    assertEquals("", http.get("/key/k").header("Access-Control-Allow-Origin"));
  }

  @Test
  void aBrowserThatAsksFirstIsAnswered() {
    String asked = "Access-Control-Request-Method: PUT";
    Answer told = http.send("OPTIONS", "/key/new", null, LET_IN, asked);
    assertEquals(204, told.status());
    assertEquals("https://let.in", told.header("Access-Control-Allow-Origin"));
    assertTrue(told.header("Access-Control-Allow-Methods").contains("DELETE"));
    assertTrue(told.header("Access-Control-Allow-Headers").contains("If-None-Match"));
    assertEquals(403, http.send("OPTIONS", "/key/new", null, EVIL, asked).status());
  }

  @Test
  void aPersonMayFollowALink() {
    String[] link = {
      "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"
    };
    assertEquals(200, http.get("/key/k", link).status());
    assertEquals(403, http.send("POST", "/key", new byte[0], link).status());
  }

  @Test
  void noValueIsAPageOfThisNode() {
    Answer raw = http.get("/key/k?raw");
    assertEquals("<script>kept</script>", raw.text());
    assertEquals("application/octet-stream", raw.header("Content-Type"));
    assertEquals("nosniff", raw.header("X-Content-Type-Options"));
    assertEquals("default-src 'none'; sandbox", raw.header("Content-Security-Policy"));
  }

  @Test
  void oneOfHttp10NeedsNoName() {
    Answer answer =
        http.raw("GET /key/k?raw HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), null);
    assertEquals(200, answer.status());
  }
}
