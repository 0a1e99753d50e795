package hraftd.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads what another member tells, as far as it has to be known to pass it on; what is no event is
 * left out. Stateless.
 */
final class EventParser {

  private static final JsonFactory FACTORY = new JsonFactory();

  /** No name of an event is longer. */
  private static final int MAX_NAME = 32;

  private static final double MICROS_IN_A_MILLI = 1000;

  private EventParser() {}

  /**
   * What was read.
   *
   * @param process of a {@code run}: which process tells; else empty
   */
  record Heard(Event event, String process) {}

  /** The event of a JSON object; null if it is none. */
  static @Nullable Heard read(String json) {
    if (json.indexOf('\r') >= 0 || json.indexOf('\n') >= 0) {
      // Between its parts JSON may have them, but where it is passed on they would end the line.
      return null;
    }
    String name = "";
    String node = "";
    String process = "";
    long n = 0;
    double at = 0;
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        switch (field) {
          case "event" -> name = parser.getText();
          case "node" -> node = parser.getText();
          case "process" -> process = parser.getText();
          case "n" -> n = parser.getLongValue();
          case "at" -> at = parser.getDoubleValue();
          default -> parser.skipChildren();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        return null;
      }
    } catch (IOException e) {
      return null;
    }
    if (!isName(name)) {
      return null;
    }
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new Heard(new Event(name, node, n, Math.round(at * MICROS_IN_A_MILLI), bytes), process);
  }

  /** It becomes a line of a stream of its own. */
  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= MAX_NAME
        && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '_');
  }
}
