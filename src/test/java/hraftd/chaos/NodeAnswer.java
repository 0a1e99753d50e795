package hraftd.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * What came back for a request: an HTTP answer, or why there is none.
 *
 * @param status 0 if there is no answer
 * @param headers null if there is no answer
 * @param body empty if there is no answer
 * @param neverSent true if the request certainly never left: nobody took the connection
 */
record NodeAnswer(int status, @Nullable HttpHeaders headers, String body, boolean neverSent) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static NodeAnswer of(HttpResponse<String> response) {
    return new NodeAnswer(response.statusCode(), response.headers(), response.body(), false);
  }

  static NodeAnswer of(IOException failure) {
    boolean neverSent =
        failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException;
    return new NodeAnswer(0, null, "", neverSent);
  }

  boolean ok() {
    return status == 200;
  }

  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  /** Null if there is no such header. */
  @Nullable String header(String name) {
    return headers == null ? null : headers.firstValue(name).orElse(null);
  }

  /** The version in the ETag, -1 if there is none. */
  long version() {
    String tag = header("ETag");
    return tag == null ? -1 : number(tag.replace("\"", ""));
  }

  /** The store's revision, -1 if the answer does not tell. */
  long revision() {
    String header = header("X-Hraftd-Revision");
    return header == null ? json().path("revision").asLong(-1) : number(header);
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
  }

  /** True if the write did not happen and will not. Only a promise of the server counts as one. */
  boolean rejected() {
    return neverSent || "rejected".equals(json().path("outcome").asText());
  }
}
