package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in the jar are served to everybody, and to no other page. */
final class StaticPagesTest extends OnOneNode {

  @Test
  void the_page_and_its_modules_come_with_the_policy_that_they_keep() {
    for (String path : new String[] {"/ui/", "/ui/index.html", "/ui/main.js", "/ui/page.css"}) {
      Answer answer = http.get(path);
      assertEquals(200, answer.status(), path);
      assertTrue(answer.header("Content-Security-Policy").startsWith("default-src 'self';"), path);
      assertEquals("nosniff", answer.header("X-Content-Type-Options"));
      assertEquals("no-store", answer.header("Cache-Control"));
      assertFalse(answer.text().isEmpty());
    }
    assertTrue(http.get("/ui/").header("Content-Type").startsWith("text/html"));
    assertTrue(http.get("/ui/main.js").header("Content-Type").startsWith("text/javascript"));
    assertTrue(http.get("/ui/page.css").header("Content-Type").startsWith("text/css"));
  }

  @Test
  void HEAD_says_the_same_without_the_page() {
    Answer answer = http.head("/ui/main.js");
    assertEquals(200, answer.status());
    assertEquals(http.get("/ui/main.js").header("Content-Length"), answer.header("Content-Length"));
    assertEquals("", answer.text());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/nothing",
        "/ui/../openapi.yaml",
        "/ui/%2e%2e/openapi.yaml",
        "/ui/..%2fopenapi.yaml",
        "/ui//etc/passwd"
      })
  void what_is_no_page_is_404(String path) {
    Answer answer = http.get(path);
    assertEquals(404, answer.status());
    assertEquals("not_found", answer.code());
  }

  @Test
  void requests_are_checked_as_all_others() {
    assertEquals(415, http.get("/ui/", "Content-Encoding: gzip").status());
    assertEquals(403, http.get("/ui/main.js", "Origin: https://evil.example").status());
  }
}
