package hraftd.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import hraftd.chaos.check.Operation;
import hraftd.chaos.check.Operation.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one watcher of created keys was told over all its connections. Each key is created once and
 * never changed: it must be told of each once, and of nothing else. Thread-safe.
 */
final class Told {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Events without a key. After a reset the stream ends, as this node lacks what comes next;
   * another one may have it, so that the watcher goes on from where it is.
   */
  private static final Set<String> WITHOUT_KEY = Set.of("progress", "reset");

  /** One is enough to begin with. */
  private static final int MOST_COMPLAINTS = 3;

  private final String name;
  private final Map<String, Event> events = new HashMap<>();
  private final List<Event> pending = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private String type = "";
  private long position;

  private record Event(String key, String value, long version) {}

  /**
   * @param name of the watcher
   */
  Told(String name) {
    this.name = name;
  }

  /** The revision to go on from; 0 for everything there is. What came behind it is forgotten. */
  synchronized long resume() {
    pending.clear();
    if (position == 0) {
      events.clear();
    }
    return position;
  }

  /** The changes behind {@link #resume} are no longer kept: all that there is is told anew. */
  synchronized void startOver() {
    position = 0;
  }

  /** Takes the next line of a stream of Server-Sent Events. */
  synchronized void line(String line) throws IOException {
    if (line.startsWith("event: ")) {
      type = line.substring("event: ".length());
    } else if (line.startsWith("data: ") && !WITHOUT_KEY.contains(type)) {
      JsonNode data = JSON.readTree(line.substring("data: ".length()));
      String key = data.path("key").asText();
      if (!type.equals("put")) {
        complain("a " + type + " of " + key);
      }
      pending.add(new Event(key, data.path("value").asText(), data.path("version").asLong()));
    } else if (line.startsWith("id: ")) {
      // The revision, and behind it the cluster.
      take(Long.parseLong(line.substring("id: ".length()).split("@", 2)[0]));
    }
  }

  private void take(long revision) {
    if (revision < position || (revision == position && !pending.isEmpty())) {
      complain("revision " + revision + " after " + position);
    }
    for (Event event : pending) {
      if (events.putIfAbsent(event.key, event) != null) {
        complain(event.key + " twice");
      }
    }
    pending.clear();
    position = revision;
  }

  private void complain(String what) {
    complaints.add(name + " was told of " + what);
  }

  /** True if it was told of all these. */
  synchronized boolean complete(List<Operation> created) {
    return created.stream().allMatch(o -> events.containsKey(o.register()));
  }

  /** What is wrong, for people; not more than a few. */
  synchronized List<String> complaints(List<Operation> created) {
    List<String> all = new ArrayList<>(complaints);
    for (Operation o : created) {
      Event event = events.get(o.register());
      if (event == null) {
        all.add(name + " was never told of " + o.register());
      } else if (!event.value.equals(o.value()) || event.version != o.revision()) {
        all.add(name + " was told " + event + " of " + o.register() + ": " + o.describe());
      }
    }
    return all.subList(0, Math.min(all.size(), MOST_COMPLAINTS));
  }

  /** The creations that were acknowledged. */
  static List<Operation> created(List<Operation> operations) {
    return operations.stream()
        .filter(o -> o.register().startsWith("u/") && o.writes() && o.outcome() == Outcome.DONE)
        .toList();
  }
}
