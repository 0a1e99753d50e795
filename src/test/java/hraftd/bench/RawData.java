package hraftd.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/** Everything that was measured, as JSON for other programs. */
final class RawData {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private RawData() {}

  static String of(Results results, Machine machine) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("machine", machine.about());
    ArrayNode samples = root.putArray("samples");
    for (Sample sample : results.samples()) {
      ObjectNode node = samples.addObject();
      node.put("system", sample.system());
      node.put("load", sample.load().name());
      node.put("round", sample.round());
      for (Metric metric : Metric.values()) {
        node.put(name(metric), sample.value(metric));
      }
    }
    ArrayNode medians = root.putArray("medians");
    for (Load load : results.loads()) {
      for (String system : results.systems()) {
        if (results.median(system, load, Metric.OPS).isPresent()) {
          ObjectNode node = medians.addObject();
          node.put("system", system);
          node.put("load", load.name());
          for (Metric metric : Metric.values()) {
            results.median(system, load, metric).ifPresent(value -> node.put(name(metric), value));
          }
        }
      }
    }
    try {
      return JSON.writeValueAsString(root) + System.lineSeparator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }
}
