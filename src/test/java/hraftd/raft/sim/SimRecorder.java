package hraftd.raft.sim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.events.Event;
import hraftd.events.Pace;
import hraftd.events.Recorder;
import hraftd.raft.NodeId;
import hraftd.raft.PeerMessage;
import hraftd.raft.RaftObserver;
import hraftd.raft.core.Message;
import hraftd.raft.node.MessageView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what happens to a simulated cluster, in the form of docs/events.md: all of it, with
 * the simulation's time.
 */
final class SimRecorder implements SimWitness {

  private static final JsonMapper JSON = new JsonMapper();

  private final SimCluster cluster;
  private final EventLines lines;

  /** Of the process that runs on a node, or of the last one that did. */
  private final Map<NodeId, Recorder> recorders = new HashMap<>();

  /** What each node told of itself last. */
  private final Map<NodeId, byte[]> pictures = new HashMap<>();

  private @Nullable SimOperator operator;

  /** A picture is told of a node that does not tell itself. */
  private boolean forAnother;

  /** Sees this cluster, from its beginning on. */
  SimRecorder(SimCluster cluster, EventLines lines) {
    this.cluster = cluster;
    this.lines = lines;
    cluster.witness = this;
  }

  /** This one is shown what happens, while it waits for something. */
  void tells(SimOperator waiting) {
    operator = waiting;
  }

  private Recorder recorder(NodeId node) {
    return recorders.computeIfAbsent(node, this::recorderOf);
  }

  private Recorder recorderOf(NodeId node) {
    return new Recorder(
        node.id(), cluster::elapsedMicros, Pace.EVERYTHING, event -> told(node, event));
  }

  private void told(NodeId node, Event event) {
    if (event.name().equals(Event.STATE) && !forAnother) {
      pictures.put(node, event.json());
    }
    lines.add(cluster.elapsedMicros(), event.json());
    if (operator != null && operator.isWaiting()) {
      operator.sees(read(event.json()));
    }
  }

  @Override
  public RaftObserver begins(NodeId node) {
    Recorder recorder = recorderOf(node);
    recorders.put(node, recorder);
    happened(new SimMoment(node, "started", node.id() + " starts"));
    return recorder;
  }

  @Override
  public void happened(SimMoment moment) {
    ObjectNode fields = JSON.createObjectNode().put("kind", moment.kind());
    moment.details().forEach((name, value) -> fields.set(name, JSON.valueToTree(value)));
    recorder(moment.node()).tell(Event.MOMENT, fields.put("text", moment.text()));
  }

  /** As it was last, but for what its log has lost. */
  @Override
  public void stands(SimNode node, String how) {
    byte[] before = pictures.get(node.id);
    if (before == null) {
      return;
    }
    ObjectNode fields = read(before);
    if (!how.isEmpty()) {
      fields.put("role", how);
    }
    fields.remove(List.of("event", "node", "n", "at", "peers"));
    long last = node.lastIndex();
    fields.put("last", last).put("synced", Math.min(last, fields.path("synced").asLong()));
    ArrayNode left = JSON.createArrayNode();
    for (JsonNode cell : fields.path("tape")) {
      if (cell.path(0).asLong() <= last) {
        left.add(cell);
      }
    }
    fields.set("tape", left);
    fields.put("waits", "");
    forAnother = true;
    recorder(node.id).tell(Event.STATE, fields);
    forAnother = false;
  }

  private static ObjectNode read(byte[] json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void dropped(Message message, String why) {
    PeerMessage seen = MessageView.of(message);
    recorder(message.from())
        .tell(
            "drop",
            JSON.createObjectNode()
                .put("to", message.to().id())
                .put("kind", seen.kind().word())
                .put("mark", mark(message))
                .put("why", why));
  }

  /** The mark of a message, as events have it. */
  static String mark(Message message) {
    return HexFormat.of().toHexDigits(MessageView.of(message).mark());
  }

  private static String withoutIncarnations(Throwable cause) {
    return String.valueOf(cause.getMessage()).replaceAll("@[0-9a-f]+", "");
  }

  /** A run has failed: which promise is broken, and where. */
  void failed(Throwable cause) {
    Promise promise = Promise.NOTHING_IS_LOST;
    NodeId node = cluster.acting();
    if (cause instanceof BrokenPromise broken) {
      promise = broken.promise();
      node = broken.node() == null ? node : broken.node();
    } else if (cause instanceof SimCluster.Stuck) {
      promise = Promise.GOES_ON;
    }
    ObjectNode fields =
        JSON.createObjectNode()
            .put("name", promise.word())
            .put("text", promise.sentence() + "; but " + withoutIncarnations(cause))
            .put("section", promise.section());
    recorder(node == null ? cluster.nodes.firstKey() : node).tell("promise", fields);
  }
}
