package hraftd.raft.sim;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.events.Event;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A run of the simulation that is written down as lines of JSON, in the form of docs/events.md: its
 * first line is a {@code run}, its last an {@code end}. The same arguments always give the same
 * bytes. Takes and gives what all class loaders have in common, so that it can be called among
 * classes with a fault.
 */
public final class RecordedRun {

  private static final JsonMapper JSON = new JsonMapper();

  private RecordedRun() {}

  /**
   * A run in which happens what a plan says.
   *
   * @param plan see {@link SimPlan}
   * @param fault the deliberate fault that these classes have; empty: none
   * @param sinceMicros events before that time are left out
   * @param maxBytes of events; what is too much is left out at the beginning
   * @throws IllegalArgumentException if it is no plan
   * @throws IOException what the stream throws
   */
  public static void commanded(
      String plan, String fault, long sinceMicros, long maxBytes, OutputStream out)
      throws IOException {
    SimPlan parsed = SimPlan.parse(plan);
    SimCluster cluster = SimCluster.commanded(parsed.seed(), parsed.nodes());
    EventLines lines = new EventLines(sinceMicros, maxBytes);
    SimRecorder recorder = new SimRecorder(cluster, lines);
    write(out, head("lab", "the lab, seed " + parsed.seed(), parsed.seed(), "", fault, cluster));
    run(
        cluster,
        recorder,
        lines,
        () -> {
          SimOperator operator = new SimOperator(cluster);
          recorder.tells(operator);
          operator.begin(parsed.script());
          cluster.passNanos(parsed.until());
        });
    lines.writeTo(out);
  }

  /**
   * A run with the random faults of a seed, and what comes behind them.
   *
   * @param mix a name of {@link FaultMix}; empty: the seed decides
   * @param fault the deliberate fault that these classes have; empty: none
   * @param millis how long faults happen, in simulated time
   * @param maxBytes of events; what is too much is left out at the beginning
   * @throws IllegalArgumentException if there is no such mix
   * @throws IOException what the stream throws
   */
  public static void ofSeed(
      long seed, String mix, String fault, long millis, long maxBytes, OutputStream out)
      throws IOException {
    SimCluster cluster = new SimCluster(seed, mix.isEmpty() ? null : mix(mix));
    EventLines lines = new EventLines(/* since= */ 0, maxBytes);
    SimRecorder recorder = new SimRecorder(cluster, lines);
    write(out, head("simulation", "simulation, seed " + seed, seed, mix, fault, cluster));
    run(cluster, recorder, lines, () -> cluster.run(millis));
    lines.writeTo(out);
  }

  private static FaultMix mix(String name) {
    for (FaultMix mix : FaultMix.values()) {
      if (mix.name().equals(name)) {
        return mix;
      }
    }
    throw new IllegalArgumentException("mix: there is none of this name");
  }

  /**
   * Looks at a plan.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong with it
   */
  public static void check(String plan) {
    var unused = SimPlan.parse(plan);
  }

  private static void run(
      SimCluster cluster, SimRecorder recorder, EventLines lines, Runnable steps) {
    String failure = null;
    try {
      steps.run();
    } catch (AssertionError | RuntimeException e) {
      recorder.failed(e);
      failure = e instanceof AssertionError ? e.getMessage() : e.toString();
    }
    lines.end(end(cluster, failure).toString());
  }

  private static ObjectNode end(SimCluster cluster, @Nullable String text) {
    return JSON.createObjectNode()
        .put("event", "end")
        .put("at", cluster.elapsedMicros() / 1000.0)
        .put("text", text);
  }

  private static ObjectNode head(
      String source, String title, long seed, String mix, String fault, SimCluster cluster) {
    ObjectNode head =
        JSON.createObjectNode()
            .put("event", "run")
            .put("format", Event.FORMAT)
            .put("source", source)
            .put("title", title)
            .put("seed", seed);
    if (!mix.isEmpty()) {
      head.put("mix", mix);
    }
    if (!fault.isEmpty()) {
      head.put("fault", fault);
    }
    ArrayNode nodes = head.putArray("nodes");
    cluster.nodes.keySet().forEach(node -> nodes.add(node.id()));
    return head;
  }

  private static void write(OutputStream out, ObjectNode line) throws IOException {
    out.write(JSON.writeValueAsBytes(line));
    out.write('\n');
  }
}
