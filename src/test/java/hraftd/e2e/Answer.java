package hraftd.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpHeaders;

/** What a node answered; the body is text. */
record Answer(String request, int status, HttpHeaders headers, String body) {

  private static final ObjectMapper JSON = new ObjectMapper();

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

  /** Itself, if the status is the expected one. */
  Answer expect(int expected) {
    assertEquals(expected, status, this::toString);
    return this;
  }

  /** Itself, if status and error word are the expected ones. */
  Answer expect(int expected, String code) {
    expect(expected);
    assertEquals(code, code(), this::toString);
    return this;
  }

  @Override
  public String toString() {
    return request + " -> " + status + " " + body.strip();
  }
}
