package hraftd.http.api;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Reads one stream of Server-Sent Events. */
final class EventReader implements AutoCloseable {

  /** One event; the id is empty if it has none. */
  record Event(String type, String id, JsonNode data) {
    String key() {
      return data.path("key").asText();
    }

    String value() {
      return data.path("value").asText();
    }

    long revision() {
      return data.path("revision").asLong();
    }
  }

  private final Socket socket;
  private final InputStream in;
  final int status;
  final Map<String, String> headers;
  private int left;

  EventReader(TestClient client, String target, String... headers) throws IOException {
    socket = client.connect();
    String head = "GET " + target + " HTTP/1.1\r\nHost: test\r\n";
    for (String header : headers) {
      head += header + "\r\n";
    }
    socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
    in = new BufferedInputStream(socket.getInputStream());
    status = Integer.parseInt(TestClient.line(in).split(" ")[1]);
    this.headers = TestClient.headers(in);
  }

  /** The next event that is not progress. */
  Event next() throws IOException {
    Event event = any();
    while (event.type().equals("progress")) {
      event = any();
    }
    return event;
  }

  /** The next event. */
  Event any() throws IOException {
    String type = "";
    String id = "";
    String data = "";
    while (true) {
      String line = line();
      if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && !type.isEmpty()) {
        return new Event(type, id, Json.MAPPER.readTree(data));
      }
    }
  }

  /** The next line of the stream, comments too. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
    for (int next = read(); next != '\n'; next = read()) {
      bytes.write(next);
    }
    return line.append(bytes.toString(StandardCharsets.UTF_8)).toString();
  }

  private int read() throws IOException {
    if (left == 0) {
      String size = TestClient.line(in);
      if (size.isEmpty()) {
        size = TestClient.line(in);
      }
      left = Integer.parseInt(size, 16);
      if (left == 0) {
        throw new IOException("the stream has ended");
      }
    }
    left--;
    int next = in.read();
    if (next < 0) {
      throw new IOException("the stream was cut off");
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
