package hraftd.e2e;

import static hraftd.testing.Eventually.LONG;
import static hraftd.testing.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.e2e.EventStream.Event;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One client that puts and deletes keys of a prefix, one request after the other, each repeated
 * until its outcome is known: so the sequence of changes is known.
 */
final class Changes implements AutoCloseable {

  /** So few keys that each is overwritten and deleted again and again. */
  private static final int KEYS = 5;

  private final List<Daemon> nodes;
  private final String prefix;
  private final List<Event> made = new ArrayList<>();
  private final Thread thread = new Thread(this::make, "changes");
  private volatile boolean stop;
  private volatile @Nullable Throwable failure;

  /** Starts the client of these nodes. */
  Changes(List<Daemon> nodes, String prefix) {
    this.nodes = nodes;
    this.prefix = prefix;
    thread.setDaemon(true);
    thread.start();
  }

  private void make() {
    try {
      for (int number = 1; !stop; number++) {
        String value = Integer.toString(number);
        String key = prefix + number % KEYS;
        if (number % 3 == 0) {
          delete(number, key);
        } else if (number % 7 == 0) {
          String other = key + "-twin";
          String body = "{\"%s\":\"%s\",\"%s\":\"%s\"}".formatted(other, value, key, value);
          long revision = request(number, "POST", "/key", body).path("revision").asLong();
          made.add(new Event(revision, "put", key, value, null));
          made.add(new Event(revision, "put", other, value, null));
        } else {
          long revision = request(number, "PUT", "/key/" + key, value).path("revision").asLong();
          made.add(new Event(revision, "put", key, value, null));
        }
      }
    } catch (RuntimeException | AssertionError e) {
      failure = e;
    }
  }

  private void delete(int number, String key) {
    JsonNode answer = request(number, "DELETE", "/key/" + key, "");
    if (answer.path("deleted").asInt() == 1) {
      made.add(new Event(answer.path("revision").asLong(), "delete", key, null, "deleted"));
    }
  }

  private JsonNode request(int number, String method, String path, String body) {
    String id = UUID.randomUUID().toString();
    int[] node = {number};
    return eventually(
        method + " " + path,
        LONG,
        () -> send(nodes.get(node[0]++ % nodes.size()), method, path, body, id));
  }

  private static JsonNode send(Daemon node, String method, String path, String body, String id)
      throws IOException {
    return node.send(
            method, path + "?timeout=2s", BodyPublishers.ofString(body), "Idempotency-Key", id)
        .expect(200)
        .json();
  }

  /** All changes in their order, once it is closed. */
  List<Event> made() {
    return List.copyOf(made);
  }

  /** Stops the client. */
  @Override
  public void close() {
    stop = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (failure != null) {
      throw new AssertionError("the client has failed", failure);
    }
  }
}
