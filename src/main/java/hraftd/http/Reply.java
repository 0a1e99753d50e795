package hraftd.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An answer: status, headers and a body in memory. Not thread-safe; made by one action. */
public class Reply {

  /** The media type of JSON answers. */
  public static final String JSON = "application/json";

  private static final byte[] NOTHING = new byte[0];

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final List<String> headers = new ArrayList<>(6);

  Reply(int status, String contentType, byte[] body) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
  }

  /**
   * An answer with these bytes.
   *
   * @param body not copied
   */
  public static Reply of(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, body);
  }

  /** 200 with a JSON document. */
  public static Reply json(Json.Writer writer) {
    return json(200, writer);
  }

  /** A JSON document. */
  public static Reply json(int status, Json.Writer writer) {
    return new Reply(status, JSON, Json.write(writer));
  }

  /** Plain text. */
  public static Reply text(int status, String text) {
    return new Reply(status, "text/plain;charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** No body. */
  public static Reply empty(int status) {
    return new Reply(status, "", NOTHING);
  }

  /**
   * The same answer, and its JSON object has one more member, which is not empty so far.
   *
   * @throws IllegalStateException if its body is no JSON object
   */
  public Reply with(String name, Json.Writer value) {
    int end = body.length - 1;
    if (end < 1 || body[0] != '{' || body[end] != '}') {
      throw new IllegalStateException("no JSON object: " + contentType);
    }
    byte[] member =
        Json.write(
            json -> {
              json.writeStartObject();
              json.writeFieldName(name);
              value.write(json);
              json.writeEndObject();
            });
    byte[] joined = Arrays.copyOf(body, end + member.length);
    System.arraycopy(member, 0, joined, end, member.length);
    joined[end] = ',';
    Reply more = new Reply(status, contentType, joined);
    more.headers.addAll(headers);
    return more;
  }

  /** True if it has a body. */
  public boolean hasBody() {
    return body.length > 0;
  }

  /** Adds a header. */
  public Reply header(String name, String value) {
    headers.add(name);
    headers.add(value);
    return this;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The media type; empty if there is no body. */
  public String contentType() {
    return contentType;
  }

  /** The body; not copied. */
  public byte[] body() {
    return body;
  }

  /** Names and values in turn. */
  List<String> headers() {
    return headers;
  }
}
