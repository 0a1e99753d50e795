package hraftd.e2e;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Copies a node's content to a file and back, as a stream: so that something can be done in the
 * midst of it, while the node waits for this client.
 */
final class BackupClient {

  /** For very many keys on a busy machine. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final int BUFFER_BYTES = 64 << 10;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Daemon node;

  BackupClient(Daemon node) {
    this.node = node;
  }

  /** Saves a backup in a file; the other half is only read when this has run. */
  void save(Path file, long midway, Runnable action) throws IOException {
    HttpResponse<InputStream> response =
        send(request("/backup").build(), BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new AssertionError(node + " gave " + response);
    }
    try (InputStream in = new Pausing(response.body(), midway, action);
        OutputStream out = Files.newOutputStream(file)) {
      in.transferTo(out);
    }
  }

  /** Sends a file as a backup to be restored; so many bytes go out before this runs. */
  Answer restore(Path file, long midway, Runnable action) throws IOException {
    HttpRequest request =
        request("/restore")
            .POST(BodyPublishers.ofInputStream(() -> new Pausing(open(file), midway, action)))
            .build();
    HttpResponse<String> response = send(request, BodyHandlers.ofString());
    return new Answer(
        node + ": POST /restore",
        false,
        response.statusCode(),
        response.headers(),
        response.body(),
        () -> restore(file, midway, action));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.haddr() + path)).timeout(LIMIT);
  }

  private static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws IOException {
    try {
      return HTTP.send(request, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static InputStream open(Path file) {
    try {
      return Files.newInputStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A stream that does something once, when so much has been read. */
  private static final class Pausing extends FilterInputStream {
    private final Runnable action;
    private long left;

    Pausing(InputStream in, long midway, Runnable action) {
      super(in);
      this.left = midway;
      this.action = action;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, Math.min(length, BUFFER_BYTES));
      boolean before = left > 0;
      left -= read;
      if (before && left <= 0) {
        action.run();
      }
      return read;
    }
  }
}
