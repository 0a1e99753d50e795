package hraftd.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** The lessons, in the order in which they are to be read: files among the page's. */
final class Lessons {

  private static final JsonMapper JSON = new JsonMapper();
  private static final String DIRECTORY = "/lab/lessons/";

  private Lessons() {}

  /** All of them. */
  static List<JsonNode> all() {
    List<JsonNode> lessons = new ArrayList<>();
    for (JsonNode name : read("index.json")) {
      lessons.add(read(name.textValue() + ".json"));
    }
    return lessons;
  }

  /** The same as the page reads it. */
  static String json() {
    return JSON.createArrayNode().addAll(all()).toString();
  }

  private static JsonNode read(String name) {
    try (InputStream in = Lessons.class.getResourceAsStream(DIRECTORY + name)) {
      if (in == null) {
        throw new IllegalStateException("the lesson " + name + " is missing");
      }
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
