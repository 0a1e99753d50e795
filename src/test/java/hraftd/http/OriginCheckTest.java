package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginCheckTest {

  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

  private final OriginCheck check =
      new OriginCheck(Set.of("http"), Set.of(WebOrigin.parse("https://app.example.com")));

  /** A request to localhost:11000 with these headers, names and values in turn. */
  private static HttpFields fields(String... headers) {
    HttpFields.Mutable fields = HttpFields.build().add("Host", "localhost:11000");
    for (int i = 0; i < headers.length; i += 2) {
      fields.add(headers[i], headers[i + 1]);
    }
    return fields;
  }

  private void passes(HttpFields headers) {
    METHODS.forEach(m -> assertDoesNotThrow(() -> check.check(m, headers), headers::toString));
  }

  private void refused(HttpFields headers) {
    for (String method : METHODS) {
      Problem problem =
          assertThrows(Problem.class, () -> check.check(method, headers), headers::toString);
      assertEquals(Code.FORBIDDEN, problem.code());
    }
  }

  @Test
  void whoIsNoBrowserSaysNothing() {
    passes(fields());
    passes(fields("User-Agent", "Mozilla/5.0", "Referer", "http://evil.example/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"same-origin", "none", "Same-Origin"})
  void itsOwnPagesAndThePersonMayAsk(String site) {
    passes(fields("Sec-Fetch-Site", site));
    passes(fields("Sec-Fetch-Site", site, "Origin", "http://localhost:11000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cross-site", "same-site", "Cross-Site", "none, cross-site", "same-site,none"})
  void pagesOfOtherSitesMayNot(String site) {
    refused(fields("Sec-Fetch-Site", site));
    refused(fields("Sec-Fetch-Site", site, "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image"));
    refused(fields("Sec-Fetch-Site", site, "Origin", "http://localhost:11000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "",
        "http://localhost",
        "http://localhost:11001",
        "https://localhost:11000",
        "http://localhost:11000/",
        "http://localhost:11000.evil.example",
        "http://evil.example http://localhost:11000",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com.evil.example",
        "https://x.app.example.com",
        "file://",
        "*",
      })
  void norMayAnOriginThatIsNeitherItsOwnNorLetIn(String origin) {
    refused(fields("Origin", origin));
    refused(fields("Origin", origin, "Sec-Fetch-Site", "same-origin"));
  }

  @Test
  void anOriginThatIsLetInMayAskFromItsOwnSite() {
    passes(fields("Origin", "https://app.example.com", "Sec-Fetch-Site", "cross-site"));
    passes(fields("Origin", "https://APP.example.com:443", "Sec-Fetch-Site", "same-site"));
    refused(fields("Origin", "https://app.example.com", "Origin", "http://evil.example"));
    refused(fields("Referer", "https://app.example.com/", "Sec-Fetch-Site", "cross-site"));
  }

  @Test
  void defaultPortsAreTheSameAsNone() {
    HttpFields byDefault =
        HttpFields.build().add("Host", "kv.example").add("Origin", "http://kv.example:80");
    passes(byDefault);
    HttpFields named =
        HttpFields.build().add("Host", "KV.example:80").add("Origin", "http://kv.example");
    passes(named);
  }

  @Test
  void aPersonMayFollowALinkButOnlyToLook() {
    HttpFields link =
        fields(
            "Sec-Fetch-Site",
            "cross-site",
            "Sec-Fetch-Mode",
            "navigate",
            "Sec-Fetch-Dest",
            "document");
    for (String method : METHODS) {
      if (method.equals("GET") || method.equals("HEAD")) {
        assertDoesNotThrow(() -> check.check(method, link));
      } else {
        assertThrows(Problem.class, () -> check.check(method, link), method);
      }
    }
    for (String destination : List.of("iframe", "frame", "embed", "object", "empty", "image")) {
      refused(
          fields(
              "Sec-Fetch-Site",
              "cross-site",
              "Sec-Fetch-Mode",
              "navigate",
              "Sec-Fetch-Dest",
              destination));
    }
    refused(fields("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Dest", "document"));
  }

  @Test
  void onlyWhoIsLetInReadsTheAnswer() {
    HttpFields.Mutable answer = HttpFields.build();
    check.answer(fields("Origin", "https://app.example.com"), answer);
    assertEquals("https://app.example.com", answer.get("Access-Control-Allow-Origin"));
    assertNotNull(answer.get("Access-Control-Expose-Headers"));
    assertEquals("Origin", answer.get("Vary"));

    HttpFields.Mutable others = HttpFields.build();
    check.answer(fields("Origin", "http://localhost:11000"), others);
    assertFalse(others.contains("Access-Control-Allow-Origin"));
    assertEquals("Origin", others.get("Vary"), "caches must know all the same");

    HttpFields.Mutable none = HttpFields.build();
    new OriginCheck(Set.of("http"), Set.of()).answer(fields("Origin", "http://a.b"), none);
    assertEquals(0, none.size());
  }

  @Test
  void aBrowserThatAsksFirstIsToldWhatThePageMay() {
    HttpFields asks =
        fields(
            "Origin",
            "https://app.example.com",
            "Sec-Fetch-Site",
            "cross-site",
            "Access-Control-Request-Method",
            "PUT");
    passes(asks);
    Reply told = check.preflight("OPTIONS", asks);
    assertNotNull(told);
    assertEquals(204, told.status());
    assertNull(check.preflight("PUT", asks));
    assertNull(check.preflight("OPTIONS", fields("Origin", "https://app.example.com")));
    HttpFields foreign =
        fields("Origin", "http://evil.example", "Access-Control-Request-Method", "PUT");
    refused(foreign);
    assertNull(check.preflight("OPTIONS", foreign));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.com",
        "ftp://a.b",
        "http://",
        "http://a.b/",
        "http://a.b:0",
        "http://a.b:65536",
        "http://u@a.b",
        "null",
        "*",
      })
  void whatIsNoOriginIsNotTakenForOne(String text) {
    assertThrows(IllegalArgumentException.class, () -> WebOrigin.parse(text));
  }
}
