package hraftd.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page asks the server of the lab, and what others may not. */
class LabServerTest {

  private static final String PLAN = "{\"seed\":1,\"nodes\":3,\"script\":[],\"until\":%s%s}";
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init") // before all tests
  private static LabServer server;

  @BeforeAll
  static void start() {
    server = new LabServer(0, Museum.open(), Lessons.json());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address()).resolve(path));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static List<String> lines(HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals("application/x-ndjson", answer.headers().firstValue("Content-Type").orElse(""));
    return answer.body().lines().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lab/lab.html",
        "lab/lab.js",
        "lab/lab.css",
        "ui/view.js",
        "lab/bugs",
        "lab/lessons"
      })
  void thePageIsServedAndMayLoadNothingFromElsewhere(String path) throws Exception {
    HttpResponse<String> answer = send(request(path));
    assertEquals(200, answer.statusCode(), answer::body);
    assertEquals(
        "default-src 'self'",
        answer.headers().firstValue("Content-Security-Policy").orElse("none"));
    assertTrue(answer.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
  }

  @Test
  void aRunGoesOnFromWhereThePageHasIt() throws Exception {
    List<String> all = lines(post("lab/run", PLAN.formatted(900, "")));
    List<String> rest = lines(post("lab/run", PLAN.formatted(900, ",\"since\":600")));
    assertTrue(all.get(0).startsWith("{\"event\":\"run\""), all.get(0));
    assertTrue(all.get(all.size() - 1).startsWith("{\"event\":\"end\""));
    assertTrue(rest.size() > 2 && rest.size() < all.size());
    assertEquals(
        rest.subList(1, rest.size()), all.subList(all.size() - rest.size() + 1, all.size()));
  }

  @Test
  void aRunCanHaveAFault() throws Exception {
    List<String> lines = lines(post("lab/run", PLAN.formatted(900, ",\"fault\":\"vote twice\"")));
    assertTrue(lines.get(0).contains("\"fault\":\"vote twice\""), lines.get(0));
  }

  @Test
  void aBugOfTheMuseumIsPlayedUpToItsCrime() throws Exception {
    List<String> lines = lines(post("lab/bug", "{\"name\":\"vote twice\"}"));
    String crime = lines.get(lines.size() - 2);
    assertTrue(crime.startsWith("{\"event\":\"promise\""), crime);
    assertTrue(crime.contains("\"name\":\"one_vote\"") && crime.contains("\"section\":\"3.4\""));
  }

  @Test
  void aSeedIsWhatTheTestOfTheSimulationSees() throws Exception {
    List<String> lines = lines(post("lab/seed", "{\"seed\":2}"));
    assertTrue(lines.get(0).contains("\"source\":\"simulation\""), lines.get(0));
    assertTrue(lines.get(lines.size() - 1).endsWith("\"text\":null}"), "it keeps all promises");
    List<String> other = lines(post("lab/seed", "{\"seed\":5}"));
    assertTrue(other.get(0).contains("\"fault\":\"without check-quorum\""), other.get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "lab/run  | {                                                       | not JSON",
        "lab/run  | {'seed':1,'nodes':4,'script':[],'until':5}              | nodes: 3, 5 or 7",
        "lab/run  | {'seed':1,'nodes':3,'script':[],'until':1e9}            | until: milliseconds",
        "lab/run  | {'seed':1,'nodes':3,'script':[],'until':5,'since':-1}   | since: milliseconds",
        "lab/run  | {'seed':1,'nodes':3,'script':[],'until':5,'fault':'no'} | fault: there is none",
        "lab/run  | {'seed':1,'nodes':3,'script':[],'until':5,'fault':7}    | fault: a text",
        "lab/bug  | {'name':'no such bug'}                                  | there is none",
        "lab/bug  | []                                                      | an object of JSON",
        "lab/seed | {'seed':'x'}                                            | seed: a number",
        "lab/seed | {'seed':1,'mix':'NO_SUCH'}                              | mix",
      })
  void whatCannotBeRunIsRefused(String path, String body, String why) throws Exception {
    HttpResponse<String> answer = post(path, body.replace('\'', '"'));
    assertEquals(400, answer.statusCode(), answer::body);
    assertTrue(answer.body().contains(why), answer::body);
  }

  @Test
  void aBodyHasItsEnd() throws Exception {
    assertEquals(413, post("lab/run", " ".repeat(300_000)).statusCode());
  }

  @Test
  void noOtherPageCanAskForARun() throws Exception {
    HttpRequest.Builder foreign =
        request("lab/run")
            .header("Content-Type", "application/json")
            .header("Origin", "http://elsewhere.example")
            .POST(HttpRequest.BodyPublishers.ofString(PLAN.formatted(100, "")));
    assertEquals(403, send(foreign).statusCode());
    HttpRequest.Builder form =
        request("lab/run")
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString(PLAN.formatted(100, "")));
    assertEquals(415, send(form).statusCode());
  }

  /** A name that was bound to this address (DNS rebinding). */
  @Test
  void nobodyIsServedWhoAsksForAnother() throws Exception {
    URI address = URI.create(server.address());
    try (var socket = new java.net.Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET /lab/bugs HTTP/1.1\r\nHost: evil.example\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 403".length());
      assertEquals("HTTP/1.1 403", new String(answer, StandardCharsets.US_ASCII));
    }
  }
}
