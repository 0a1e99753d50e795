package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestCheckTest {

  private final RequestCheck check =
      new RequestCheck(
          new HostCheck(/* loopbackOnly= */ true, Set.of(), name -> false, "Sec-Node"),
          new OriginCheck(Set.of("http"), Set.of()),
          Map.of("cas", "send 'If-Match'"));

  private final Route route =
      Route.of(
              "PUT",
              "/key/{key}",
              Route.Needs.NOTHING,
              Route.Body.WHOLE,
              Set.of(200),
              request -> CompletableFuture.completedFuture(Reply.empty(200)))
          .withParams("ttl");

  private Problem refused(String query) {
    Problem problem = assertThrows(Problem.class, () -> check.params(route, query), query);
    assertEquals(Code.BAD_REQUEST, problem.code(), query);
    return problem;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ttl=5s", "timeout=1s&ttl=5s", "&&ttl=5s&", "%74tl=5s", "ttl"})
  void whatTheRouteKnowsIsTaken(String query) {
    assertDoesNotThrow(() -> check.params(route, query));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "TTL=30s | 'TTL' is no parameter of PUT /key/{key}: write 'ttl'",
        "Timeout=1s | 'Timeout' is no parameter of PUT /key/{key}: write 'timeout'",
        "cas=0 | 'cas' is no parameter of PUT /key/{key}: send 'If-Match'",
        "%63as=0 | 'cas' is no parameter of PUT /key/{key}: send 'If-Match'",
        "ttl=5s&x | 'x' is no parameter of PUT /key/{key}, which has 'ttl' and 'timeout'",
        "=1 | '' is no parameter of PUT /key/{key}, which has 'ttl' and 'timeout'",
        "a%0d%0ab | 'a??b' is no parameter of PUT /key/{key}, which has 'ttl' and 'timeout'",
        "ttl=1s&ttl=2s | 'ttl' is given twice",
        "ttl=1s&%74tl=1s | 'ttl' is given twice",
        "%zz | the name of a parameter has a malformed percent-encoding at offset 0",
        "%ff | the name of a parameter is not valid UTF-8",
      })
  void whatItDoesNotKnowIsNamed(String query, String detail) {
    assertEquals(detail, refused(query).detail());
  }

  @Test
  void manyOrLongNamesCostLittle() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      many.append('p').append(i).append('&');
    }
    assertTrue(refused(many.toString()).detail().startsWith("more than"));
    assertTrue(refused("x".repeat(30_000)).detail().length() < 200);
    assertTrue(refused("ttl=" + "x".repeat(30_000) + "&ttl").detail().length() < 200);
  }

  private Problem refused(HttpFields headers) {
    return assertThrows(Problem.class, () -> check.headers("PUT", headers), headers::toString);
  }

  private static HttpFields fields(String name, String value) {
    return HttpFields.build().add("Host", "localhost").add(name, value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Range | bytes 0-4/10 | 400",
        "Content-Encoding | gzip | 415",
        "content-encoding | identity, br | 415",
        "Transfer-Encoding | gzip, chunked | 501",
        "Expect | 200-ok | 417",
        "Expect | 100-continue, magic | 417",
      })
  void aHeaderThatAsksForWhatIsNotDoneIsRefused(String name, String value, int status) {
    Problem problem = refused(fields(name, value));
    assertEquals(status, problem.code().status());
    assertEquals(Code.Effect.REJECTED, problem.effect());
    assertTrue(
        problem.detail().toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT)),
        problem.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Encoding | identity",
        "Content-Encoding | Identity",
        "Content-Encoding | ''",
        "Transfer-Encoding | chunked",
        "Transfer-Encoding | Chunked",
        "Expect | 100-Continue",
        "Accept-Encoding | gzip",
        "Range | bytes=0-1",
      })
  void whatIsDoneOrMayBePassedOverIsTaken(String name, String value) {
    assertDoesNotThrow(() -> check.headers("PUT", fields(name, value)));
  }

  @Test
  void nothingLongIsSaidAgain() {
    Problem problem = refused(fields("Content-Encoding", "x\u001b".repeat(10_000)));
    assertTrue(problem.detail().length() < 200, problem.detail());
    assertFalse(problem.detail().contains("\u001b"), problem.detail());
  }
}
