package hraftd.http.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.http.api.TestClient.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer says in its headers, and what none must say. */
class AnswerHeadersTest extends OnOneNode {

  @BeforeParameterizedClassInvocation
  static void fill() {
    http.put("/key/k", "1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /key/k",
        "GET /key/absent",
        "GET /key/%00",
        "GET /key?level=stale",
        "GET /nothing",
        "POST /watch",
        "GET /openapi.yaml",
        "GET /metrics",
        "HEAD /watch",
        "OPTIONS *",
        "GARBAGE"
      })
  void everyAnswerHasThem(String request) {
    Answer answer =
        http.raw(
            (request + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8),
            null);
    assertEquals("n1", answer.header("X-Hraftd-Served-By"));
    assertEquals("nosniff", answer.header("X-Content-Type-Options"));
    assertEquals("no-store", answer.header("Cache-Control"));
    Instant date =
        ZonedDateTime.parse(answer.header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME)
            .toInstant();
    assertTrue(Duration.between(date, Instant.now()).abs().toMinutes() < 1, date::toString);
  }

  /** The length is that of the answer to a GET, which 0 is not. */
  @Test
  void whatHasNoBodyOfItsOwnSaysNothingOfItsLength() {
    String etag = http.get("/key/k").header("ETag");
    Answer unchanged = http.get("/key/k", "If-None-Match: " + etag);
    assertEquals(304, unchanged.status());
    assertFalse(unchanged.headers().containsKey("content-length"), unchanged.headers()::toString);
    assertFalse(unchanged.headers().containsKey("content-type"), unchanged.headers()::toString);
    for (String stream : new String[] {"/watch", "/backup?level=stale"}) {
      Answer head = http.head(stream);
      assertEquals(200, head.status());
      assertFalse(head.headers().containsKey("content-length"), head.headers()::toString);
    }
  }

  @Test
  void aProxyIsToldToPassEventsOnAtOnce() {
    assertEquals("no", http.head("/watch").header("X-Accel-Buffering"));
  }
}
