package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.function.Supplier;

/**
 * How a node is protected, as /status says it.
 *
 * @param tls whether its ports speak TLS
 * @param auth whether it asks who is there
 * @param warnings what people should do about it, in sentences; asked for each time
 */
public record Protection(Mode tls, Mode auth, Supplier<List<String>> warnings) {

  /** Nothing is. */
  public static final Protection NONE = new Protection(Mode.OFF, Mode.OFF, List::of);

  /** Whether something is demanded of those who come. */
  public enum Mode {
    /** It is not there. */
    OFF,
    /** It is there for those who have it; the others are let in as well. */
    OPTIONAL,
    /** It is demanded. */
    ON;

    /** False, true, or {@code "optional"}. */
    public JsonNode json() {
      return this == OPTIONAL ? TextNode.valueOf("optional") : BooleanNode.valueOf(this == ON);
    }
  }
}
