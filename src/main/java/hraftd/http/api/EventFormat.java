package hraftd.http.api;

import hraftd.http.Json;
import hraftd.kv.Change;
import hraftd.kv.Item;
import hraftd.watch.Watcher;
import java.nio.charset.StandardCharsets;

/**
 * Changes as Server-Sent Events. Only the last event of an entry carries the {@code id}: a client
 * that has seen a part of an entry and reconnects with the last id that it got is given all of the
 * entry again, so no resume can split one.
 */
final class EventFormat implements Watcher.Format {

  private static final byte[] END = {'\n'};

  private final String idSuffix;

  /** Of the events of a cluster. */
  EventFormat(String clusterId) {
    idSuffix = EventId.suffix(clusterId);
  }

  @Override
  public byte[] change(Change change, long revision) {
    Item item = change.item();
    byte[] data =
        Json.write(
            json -> {
              json.writeStartObject();
              Json.writeBytes(json, "key", change.key().bytes());
              if (item != null) {
                Json.writeBytes(json, "value", item.value());
              }
              json.writeNumberField("version", item == null ? revision : item.version());
              json.writeNumberField("revision", revision);
              if (item == null) {
                json.writeStringField("reason", change.expired() ? "expired" : "deleted");
              }
              json.writeEndObject();
            });
    return event(item == null ? "delete" : "put", data);
  }

  private static byte[] event(String type, byte[] data) {
    byte[] head = ("event: " + type + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
    byte[] event = new byte[head.length + data.length + 1];
    System.arraycopy(head, 0, event, 0, head.length);
    System.arraycopy(data, 0, event, head.length, data.length);
    event[event.length - 1] = '\n';
    return event;
  }

  @Override
  public byte[] between() {
    return END;
  }

  @Override
  public byte[] last(long revision) {
    return ("id: " + revision + idSuffix + "\n\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] progress(long revision) {
    String event =
        "event: progress\ndata: {\"revision\":"
            + revision
            + "}\nid: "
            + revision
            + idSuffix
            + "\n\n";
    return event.getBytes(StandardCharsets.US_ASCII);
  }

  /** Its id is empty: a client that reconnects by itself then does not ask for what is gone. */
  @Override
  public byte[] reset(long revision) {
    return ("event: reset\ndata: {\"revision\":" + revision + "}\nid:\n\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** A comment, for people who look at the stream. */
  static byte[] comment(String text) {
    return (": " + text + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] keepAlive() {
    return ":\n\n".getBytes(StandardCharsets.US_ASCII);
  }
}
