package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostCheckTest {

  private static final Set<String> MEMBERS = Set.of("h1", "h2.example.com");

  private final HostCheck open =
      new HostCheck(
          /* loopbackOnly= */ false, Set.of("kv.Example.com"), MEMBERS::contains, "Sec-N");

  private final HostCheck loopback =
      new HostCheck(/* loopbackOnly= */ true, Set.of("kv.example.com"), name -> false, "Sec-N");

  private static HttpFields host(String value) {
    return HttpFields.build().add("Host", value);
  }

  private static void refused(HostCheck check, String host) {
    Problem problem = assertThrows(Problem.class, () -> check.check(host(host)), host);
    assertEquals(Code.MISDIRECTED, problem.code());
    assertTrue(problem.detail().contains("-allow-host"), problem.detail());
    assertTrue(problem.detail().length() < 200, problem.detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:11000",
        "localhost.",
        "127.0.0.1",
        "127.0.0.1:11000",
        "10.1.2.3:80",
        "[::1]:11000",
        "[2001:db8::1]",
        "h1:11000",
        "H1",
        "h2.example.com.:11000",
        "kv.example.com",
        "KV.example.com:443",
      })
  void aNodeAnswersToLiteralsToItsNamesAndToThoseItIsGiven(String host) {
    assertDoesNotThrow(() -> open.check(host(host)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:11000",
        "h1.evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "xlocalhost",
        "256.0.0.1",
        "1.2.3",
        "2130706433",
        "0x7f.1",
        "[evil]",
        "[::1",
        "h1@evil.example",
        "*",
        ".",
        "a\u001b[31m",
      })
  void itAnswersToNoOther(String host) {
    refused(open, host);
    refused(loopback, host);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.1.2.3:80", "[2001:db8::1]", "h1:11000", "0.0.0.0:80", "[::]:80"})
  void aNodeOnLoopbackAnswersToLoopbackAlone(String host) {
    refused(loopback, host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:1", "127.0.0.1", "127.8.9.1:80", "[::1]:80", "kv.example.com:80"})
  void andToWhatItIsGiven(String host) {
    assertDoesNotThrow(() -> loopback.check(host(host)));
  }

  /** As HAProxy asks by default. */
  @Test
  void oneWithoutANameIsFromNoBrowser() {
    assertDoesNotThrow(() -> loopback.check(HttpFields.build().add("Accept", "*/*")));
    assertDoesNotThrow(() -> loopback.check(host("")));
  }

  @Test
  void anyNameIsAWordOfItsOwn() {
    HostCheck any = new HostCheck(true, Set.of(HostCheck.ANY), name -> false, "Sec-N");
    assertDoesNotThrow(() -> any.check(host("evil.example")));
  }

  @Test
  void anotherNodeMayKnowThisOneByAnyName() {
    HttpFields fields = HttpFields.build().add("Host", "new.name:11000").add("Sec-N", "1");
    assertDoesNotThrow(() -> open.check(fields));
  }

  @Test
  void aLongNameIsRefusedShortly() {
    refused(open, "x".repeat(30_000) + ":80");
    refused(open, "[" + ":".repeat(30_000) + "]");
  }
}
