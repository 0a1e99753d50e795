package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.raft.Membership;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** What one node tells another, as the other reads it: written as JSON and read again. */
public final class OverTheWire {
  private OverTheWire() {}

  private static <T> T body(ObjectNode tree, Function<byte[], T> reader) {
    return reader.apply(tree.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static <T> T answer(ObjectNode tree, Function<JsonNode, T> reader) {
    return body(tree, bytes -> reader.apply(ClusterJson.object(bytes)));
  }

  /** A request for setup. */
  public static SetupRequest setup(SetupRequest request) {
    return body(ClusterJson.tree(request), ClusterBodies::setup);
  }

  /** A request to join. */
  public static JoinRequest join(JoinRequest request) {
    return body(ClusterJson.tree(request), ClusterBodies::join);
  }

  /** A request to stay free. */
  public static Reservation reservation(Reservation request) {
    return body(ClusterJson.tree(request), ClusterJson::reservation);
  }

  /** A request to become a member. */
  public static FormRequest form(FormRequest request) {
    return body(ClusterJson.tree(request), ClusterJson::formRequest);
  }

  /** That a node was removed. */
  public static Removal removal(Removal told) {
    return body(ClusterJson.tree(told), ClusterJson::removal);
  }

  /** Where a node is now. */
  public static Moved moved(Moved told) {
    return body(ClusterJson.tree(told), ClusterJson::moved);
  }

  /** Who a node is. */
  public static Description description(Description answer) {
    return answer(ClusterJson.tree(answer), ClusterJson::description);
  }

  /** A cluster that was set up. */
  public static Formed formed(Formed answer) {
    return answer(ClusterJson.tree(answer), ClusterJson::formed);
  }

  /** The members. */
  public static Membership members(Membership answer) {
    return answer(ClusterJson.tree(answer), ClusterJson::members);
  }

  /** Where the members are. */
  public static Membership whereabouts(Membership answer) {
    return answer(ClusterJson.whereabouts(answer), ClusterJson::whereabouts);
  }
}
