package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.HttpServer;
import hraftd.http.TestServer;
import hraftd.http.api.TestClient.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody gets who only knows the address. */
final class RootResourceTest {

  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.of(new RootResource().routes());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private TestClient http() {
    return new TestClient(server.port());
  }

  @Test
  void a_browser_is_sent_to_the_pages() {
    Answer answer = http().get("/", "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    assertEquals(302, answer.status());
    assertEquals("/ui/", answer.header("Location"));
    assertEquals("/ui/", http().get("/ui").header("Location"));
  }

  @Test
  void others_are_told_what_there_is() {
    for (Answer answer : new Answer[] {http().get("/"), http().get("/", "Accept: */*")}) {
      assertEquals(200, answer.status());
      assertTrue(answer.text().contains("/key/<key>"), answer.text());
      assertTrue(answer.header("Content-Type").startsWith("text/plain"));
    }
    assertEquals(400, http().get("/?what").status());
  }
}
