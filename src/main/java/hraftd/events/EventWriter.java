package hraftd.events;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes events of one member as JSON, each with what all of them have. One thread at a time. */
final class EventWriter {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private static final int MICRO_DIGITS = 3;

  private final String node;

  EventWriter(String node) {
    this.node = node;
  }

  /** Writes the fields of one event. */
  @FunctionalInterface
  interface Fields {
    /** Writes them into the object that is open. */
    void write(JsonGenerator json) throws IOException;
  }

  /** An event. */
  Event event(String name, long n, long atMicros, Fields fields) {
    return new Event(
        name,
        node,
        n,
        atMicros,
        object(
            json -> {
              json.writeStringField("event", name);
              json.writeStringField("node", node);
              json.writeNumberField("n", n);
              json.writeNumberField("at", BigDecimal.valueOf(atMicros, MICRO_DIGITS));
              fields.write(json);
            }));
  }

  /** So many events were not sent to one reader, who was too slow: of no member, and uncounted. */
  static Event missed(long atMicros, long count) {
    byte[] json =
        object(
            fields -> {
              fields.writeStringField("event", Event.LOST);
              fields.writeNumberField("at", BigDecimal.valueOf(atMicros, MICRO_DIGITS));
              fields.writeNumberField("count", count);
            });
    return new Event(Event.LOST, /* node= */ "", /* n= */ 0, atMicros, json);
  }

  /** What another member has recorded is not in a file, or not all of it: as JSON. */
  static byte[] missing(long atMicros, String other, String why) {
    return object(
        fields -> {
          fields.writeStringField("event", Event.MOMENT);
          fields.writeNumberField("at", BigDecimal.valueOf(atMicros, MICRO_DIGITS));
          fields.writeStringField("kind", "missing");
          fields.writeStringField("other", other);
          fields.writeStringField("text", "events of " + other + " are missing: " + why);
        });
  }

  /** The event at the end of a run, as JSON. */
  static byte[] end(long atMicros, String why) {
    return object(
        fields -> {
          fields.writeStringField("event", Event.END);
          fields.writeNumberField("at", BigDecimal.valueOf(atMicros, MICRO_DIGITS));
          fields.writeStringField("text", why);
        });
  }

  /** An object of these fields. */
  static byte[] object(Fields fields) {
    try (ByteArrayBuilder out = new ByteArrayBuilder();
        JsonGenerator json = FACTORY.createGenerator(out, JsonEncoding.UTF8)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
      json.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
  }

  /** A field that is missing if there is nothing to say. */
  static void optional(JsonGenerator json, String name, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(name, value.getAsLong());
    }
  }

  /** The same; NaN: nothing. */
  static void optional(JsonGenerator json, String name, double value) throws IOException {
    if (!Double.isNaN(value)) {
      json.writeNumberField(name, rounded(value));
    }
  }

  /** The same; null or empty: nothing. */
  static void optional(JsonGenerator json, String name, @Nullable String value) throws IOException {
    if (value != null && !value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }

  /** Three digits behind the point: what a person, or a chart, can tell apart. */
  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
