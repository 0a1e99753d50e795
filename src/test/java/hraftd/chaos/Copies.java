package hraftd.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.testing.Eventually;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads whole copies of the store, page by page, and compares them. Keeps nothing. */
final class Copies {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Client client;

  Copies(Client client) {
    this.client = client;
  }

  /**
   * @param revision the store's, in the last page
   * @param values value and version of each key
   */
  record Copy(long revision, Map<String, String> values) {
    /** The value alone; null if the key is absent. */
    @Nullable String value(String key) {
      String entry = values.get(key);
      return entry == null ? null : entry.substring(0, entry.lastIndexOf('@'));
    }
  }

  /**
   * @param query what else belongs into it, such as {@code &level=stale}
   */
  Copy read(String address, String query) {
    Map<String, String> values = new TreeMap<>();
    String after = "";
    while (true) {
      NodeAnswer answer = client.get(address, "/key?limit=10000" + query + after, LIMIT);
      if (!answer.ok()) {
        throw new IllegalStateException(
            "GET /key at " + address + ": " + answer.status() + " " + answer.body());
      }
      JsonNode page = answer.json();
      for (JsonNode item : page.path("keys")) {
        values.put(
            item.path("key").asText(),
            item.path("value").asText() + "@" + item.path("version").asLong());
      }
      if (!page.has("next")) {
        return new Copy(answer.revision(), values);
      }
      after = "&after=" + URLEncoder.encode(page.path("next").asText(), StandardCharsets.UTF_8);
    }
  }

  /** What is wrong, for people; empty if all nodes hold the same, within the limit. */
  String difference(ProcessCluster cluster) {
    String[] last = {"not compared"};
    Eventually.within(
        LIMIT,
        () -> {
          last[0] = differenceNow(cluster);
          return last[0].isEmpty();
        });
    return last[0];
  }

  private String differenceNow(ProcessCluster cluster) {
    NodeProcess first = cluster.nodes().get(0);
    try {
      Copy expected = read(first.http(), "&level=stale");
      for (NodeProcess node : cluster.nodes()) {
        Copy copy = read(node.http(), "&level=stale");
        if (copy.revision != expected.revision) {
          return first.id()
              + " is at "
              + expected.revision
              + ", "
              + node.id()
              + " at "
              + copy.revision;
        }
        if (!copy.values.equals(expected.values)) {
          return first.id()
              + " and "
              + node.id()
              + " differ at revision "
              + copy.revision
              + ": "
              + firstDifference(expected.values, copy.values);
        }
      }
      return "";
    } catch (IllegalStateException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String firstDifference(Map<String, String> one, Map<String, String> other) {
    TreeMap<String, String> all = new TreeMap<>(one);
    all.putAll(other);
    return all.keySet().stream()
        .filter(key -> !java.util.Objects.equals(one.get(key), other.get(key)))
        .findFirst()
        .map(key -> key + " " + one.get(key) + " / " + other.get(key))
        .orElse("");
  }
}
