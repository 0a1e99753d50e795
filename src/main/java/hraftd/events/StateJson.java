package hraftd.events;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.kv.Key;
import hraftd.raft.Member;
import hraftd.raft.NodeId;
import hraftd.raft.RaftPicture;
import hraftd.raft.RaftStatus;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The fields of a picture of a member. Stateless. */
final class StateJson {

  private static final long NANOS_IN_A_MILLI = 1_000_000;

  /** A key has up to 4 KiB, and there are many: a person reads its beginning. */
  private static final int MAX_SHOWN = 64;

  private StateJson() {}

  /** Writes them. */
  static void write(JsonGenerator json, RaftPicture picture, Vitals vitals) throws IOException {
    RaftStatus status = picture.status();
    json.writeStringField("role", status.role().name().toLowerCase(Locale.ROOT));
    json.writeNumberField("term", status.term());
    idOrNull(json, "vote", picture.vote());
    idOrNull(json, "leader", status.leader() == null ? null : status.leader().node());
    json.writeNumberField("first", status.firstIndex());
    json.writeNumberField("last", status.lastIndex());
    json.writeNumberField("synced", picture.syncedIndex());
    json.writeNumberField("commit", status.commitIndex());
    json.writeNumberField("applied", status.appliedIndex());
    json.writeNumberField("snapshot", status.snapshotIndex());
    members(json, status);
    tape(json, picture);
    peers(json, status);
    json.writeStringField("waits", status.activity());
    if (status.diskFull() || status.memoryFull()) {
      json.writeStringField("full", status.diskFull() ? "disk" : "heap");
    }
    EventWriter.optional(json, "noVote", status.withoutVote());
    vitals(json, status, vitals);
  }

  private static void idOrNull(JsonGenerator json, String name, @Nullable NodeId node)
      throws IOException {
    if (node == null) {
      json.writeNullField(name);
    } else {
      json.writeStringField(name, node.id());
    }
  }

  private static void members(JsonGenerator json, RaftStatus status) throws IOException {
    json.writeArrayFieldStart("members");
    for (Member member : status.membership().members()) {
      json.writeStartObject();
      json.writeStringField("id", member.id());
      json.writeBooleanField("voter", member.voter());
      json.writeStringField("http", member.http().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void tape(JsonGenerator json, RaftPicture picture) throws IOException {
    json.writeArrayFieldStart("tape");
    for (RaftPicture.Cell cell : picture.tape()) {
      json.writeStartArray();
      json.writeNumber(cell.index());
      json.writeNumber(cell.term());
      json.writeString(cell.kind());
      json.writeNumber(cell.bytes());
      json.writeNumber(cell.clock());
      if (!cell.keys().isEmpty()) {
        json.writeStartArray();
        for (Key key : cell.keys()) {
          json.writeString(shown(key));
        }
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  private static String shown(Key key) {
    String text = key.text();
    return text.codePointCount(0, text.length()) <= MAX_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_SHOWN)) + "…";
  }

  private static void peers(JsonGenerator json, RaftStatus status) throws IOException {
    if (status.role() != RaftStatus.Role.LEADER) {
      return;
    }
    json.writeArrayFieldStart("peers");
    for (RaftStatus.Peer peer : status.peers()) {
      json.writeStartObject();
      json.writeStringField("id", peer.member().id());
      json.writeNumberField("match", peer.matchIndex());
      json.writeNumberField("heard", peer.sinceContact().toNanos() / NANOS_IN_A_MILLI);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void vitals(JsonGenerator json, RaftStatus status, Vitals vitals)
      throws IOException {
    Vitals.CopyHash hash = vitals.hash();
    if (hash != null) {
      json.writeArrayFieldStart("hash");
      json.writeNumber(hash.revision());
      json.writeString(hash.hash());
      json.writeString(hash.comparison());
      json.writeEndArray();
    }
    Vitals.Health health = vitals.health();
    if (health != null) {
      json.writeObjectFieldStart("health");
      json.writeStringField("version", health.version());
      Member self = status.membership().find(status.self());
      if (self != null) {
        json.writeStringField("http", self.http().toString());
      }
      json.writeNumberField("heapUsed", health.heapUsed());
      json.writeNumberField("heapMax", health.heapMax());
      if (health.diskFree() >= 0) {
        json.writeNumberField("diskFree", health.diskFree());
      }
      EventWriter.optional(json, "fsyncP50", health.fsyncP50());
      EventWriter.optional(json, "fsyncP99", health.fsyncP99());
      json.writeEndObject();
    }
    Vitals.Rates rates = vitals.rates(status.lastIndex());
    if (rates != null) {
      json.writeObjectFieldStart("rates");
      EventWriter.optional(json, "writes", rates.writes());
      EventWriter.optional(json, "reads", rates.reads());
      EventWriter.optional(json, "stale", rates.stale());
      json.writeNumberField("watchers", rates.watchers());
      EventWriter.optional(json, "fsyncs", rates.fsyncs());
      EventWriter.optional(json, "entriesPerFsync", rates.entriesPerFsync());
      EventWriter.optional(json, "p50", rates.p50());
      EventWriter.optional(json, "p99", rates.p99());
      EventWriter.optional(json, "errors", rates.errors());
      json.writeEndObject();
    }
  }
}
