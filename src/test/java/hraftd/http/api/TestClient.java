package hraftd.http.api;

import static hraftd.testing.Eventually.LONG;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.http.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An HTTP client that sends exactly what it is told, also what no decent client would. */
final class TestClient {

  private final int port;

  TestClient(int port) {
    this.port = port;
  }

  /** What came back; header names in lower case. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    JsonNode json() {
      try {
        return Json.MAPPER.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + text(), e);
      }
    }

    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }

    String code() {
      return json().path("code").asText();
    }

    String detail() {
      return json().path("detail").asText();
    }
  }

  Answer get(String target, String... headers) {
    return send("GET", target, null, headers);
  }

  Answer head(String target) {
    return send("HEAD", target, null);
  }

  Answer delete(String target, String... headers) {
    return send("DELETE", target, null, headers);
  }

  Answer put(String target, String body, String... headers) {
    return send("PUT", target, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer post(String target, String body, String... headers) {
    return send("POST", target, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  Answer send(String method, String target, byte @Nullable [] body, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: test\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    if (body != null) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    return raw(head.toString().getBytes(StandardCharsets.UTF_8), body);
  }

  /** Sends a body in chunks, with no length said. */
  Answer chunked(String method, String target, byte[] body, int chunk) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += chunk) {
      int length = Math.min(chunk, body.length - at);
      bytes.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      bytes.write(body, at, length);
      bytes.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    bytes.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    String head =
        method
            + " "
            + target
            + " HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    return raw(head.getBytes(StandardCharsets.UTF_8), bytes.toByteArray());
  }

  /** Sends bytes as they are and reads the answer. */
  Answer raw(byte[] head, byte @Nullable [] body) {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(head);
      if (body != null) {
        out.write(body);
      }
      out.flush();
      return read(socket.getInputStream(), new String(head, 0, 5, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(Math.toIntExact(LONG.toMillis()));
    return socket;
  }

  private static Answer read(InputStream stream, String method) throws IOException {
    InputStream in = new BufferedInputStream(stream);
    String line = line(in);
    int status = Integer.parseInt(line.split(" ")[1]);
    Map<String, String> headers = headers(in);
    byte[] body;
    if (method.startsWith("HEAD")) {
      body = in.readAllBytes();
    } else if ("chunked".equals(headers.get("transfer-encoding"))) {
      body = chunks(in);
    } else if (headers.containsKey("content-length")) {
      body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    } else {
      body = in.readAllBytes();
    }
    return new Answer(status, headers, body);
  }

  static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return headers;
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(in), 16);
        size > 0;
        size = Integer.parseInt(line(in), 16)) {
      body.write(in.readNBytes(size));
      line(in);
    }
    return body.toByteArray();
  }

  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended after: " + line);
      }
      line.write(next);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }
}
