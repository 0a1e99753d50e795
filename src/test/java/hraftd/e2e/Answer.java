package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpHeaders;

/**
 * What a node answered; the body is text.
 *
 * @param request for people
 * @param isRead whether the request changes nothing
 * @param again sends the same request to the same node once more
 */
record Answer(
    String request, boolean isRead, int status, HttpHeaders headers, String body, Repeat again) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Sends a request once more. */
  interface Repeat {
    Answer send() throws IOException;
  }

  /** The body as JSON. */
  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + this, e);
    }
  }

  /** The word that names the error. */
  String code() {
    return json().path("code").asText();
  }

  /** The first header of that name, or an empty text. */
  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  /**
   * The first answer, to this or to the same request again, that is no passing one. On a busy
   * machine leaders change at any time; while there is none a node says that nothing was done and
   * when to come again, and clients come again.
   */
  Answer settled() {
    if (!isPassing()) {
      return this;
    }
    return eventually(
        request + " is done",
        LONG,
        () -> {
          Answer next = again.send();
          if (next.isPassing()) {
            throw new AssertionError(next);
          }
          return next;
        });
  }

  /** True if the node could not do it just now and did nothing. */
  private boolean isPassing() {
    if (status != 503 && status != 504) {
      return false;
    }
    JsonNode problem = body.startsWith("{") ? json() : MissingNode.getInstance();
    return switch (problem.path("code").asText()) {
      case "no_leader" -> problem.path("outcome").asText().equals("rejected") || isRead;
      case "timeout", "incomplete" -> isRead;
      default -> false;
    };
  }

  /**
   * The answer that has {@link #settled}, if its status is the expected one; this one, if a refusal
   * is expected that others pass over.
   */
  Answer expect(int expected) {
    Answer answer = status == expected ? this : settled();
    assertEquals(expected, answer.status, answer::toString);
    return answer;
  }

  /** As {@link #expect(int)}, and its error word is the expected one. */
  Answer expect(int expected, String code) {
    Answer answer = expect(expected);
    assertEquals(code, answer.code(), answer::toString);
    return answer;
  }

  @Override
  public String toString() {
    return request + " -> " + status + " " + body.strip();
  }
}
