package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.cluster.SetupRequest.Named;
import hraftd.raft.HostPort;
import hraftd.raft.MemberId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The bodies that users send about the cluster, read and validated. Unknown fields are ignored; ids
 * may be texts or whole numbers, since people write both.
 */
public final class ClusterBodies {

  private static final List<String> SETUP_FIELDS =
      List.of(
          "leaderId",
          "leaderAddr",
          "leaderRaftAddr",
          "clientIds",
          "clientAddrs",
          "clientRaftAddrs");

  /** What the original's client sends with every request. */
  private static final String MESSAGE = "message";

  private ClusterBodies() {}

  /**
   * Reads the body of /setup.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static SetupRequest setup(byte[] body) {
    return setup(object(body));
  }

  /**
   * Reads the body of /shutdown: that of /setup, or an empty one, which means everybody.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static Optional<SetupRequest> shutdown(byte[] body) {
    if (isBlank(body)) {
      return Optional.empty();
    }
    JsonNode tree = object(body);
    if (SETUP_FIELDS.stream().anyMatch(tree::has)) {
      return Optional.of(setup(tree));
    }
    if (saysMore(tree)) {
      // One that was to name something must not stop everybody.
      throw ClusterException.badRequest(
          "the body names no nodes as that of /setup does; an empty one stops every member");
    }
    return Optional.empty();
  }

  private static boolean isBlank(byte[] body) {
    return new String(body, java.nio.charset.StandardCharsets.UTF_8).isBlank();
  }

  /** False if it is what may stand for nothing. */
  private static boolean saysMore(JsonNode tree) {
    for (Iterator<String> names = tree.fieldNames(); names.hasNext(); ) {
      if (!names.next().equals(MESSAGE)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads the body of /transfer: the id of a member, or an empty one, which means whichever is most
   * fit.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static Optional<MemberId> transfer(byte[] body) {
    if (isBlank(body)) {
      return Optional.empty();
    }
    JsonNode tree = object(body);
    if (tree.has("id")) {
      return Optional.of(id(tree.get("id"), "id", MemberId::new));
    }
    if (saysMore(tree)) {
      throw ClusterException.badRequest(
          "the body has no 'id'; an empty one lets whichever member is most fit lead");
    }
    return Optional.empty();
  }

  /**
   * Reads the body of /join.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static JoinRequest join(byte[] body) {
    JsonNode tree = object(body);
    boolean voter = isVoter(tree);
    JsonNode replaces = tree.get("replaces");
    boolean replacing = replaces != null && !replaces.isNull();
    if (replacing && !voter) {
      throw ClusterException.badRequest("a learner replaces nobody: leave out voter, or replaces");
    }
    return new JoinRequest(
        id(tree.get("id"), "id"),
        address(tree.get("addr"), "addr"),
        address(tree.get("haddr"), "haddr"),
        voter,
        replacing ? id(replaces, "replaces", MemberId::new) : null);
  }

  private static boolean isVoter(JsonNode tree) {
    JsonNode voter = tree.path("voter");
    if (!voter.isMissingNode() && !voter.isBoolean()) {
      throw ClusterException.badRequest("voter must be true or false");
    }
    return voter.asBoolean(true);
  }

  /**
   * Reads the body of /remove.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static MemberId remove(byte[] body) {
    return id(object(body).get("id"), "id", MemberId::new);
  }

  private static JsonNode object(byte[] body) {
    try {
      return ClusterJson.object(body);
    } catch (IllegalArgumentException e) {
      throw ClusterException.badRequest("the body is " + e.getMessage());
    }
  }

  private static SetupRequest setup(JsonNode tree) {
    List<JsonNode> ids = list(tree, "clientIds");
    List<JsonNode> http = list(tree, "clientAddrs");
    List<JsonNode> raft = list(tree, "clientRaftAddrs");
    if (ids.size() != http.size() || ids.size() != raft.size()) {
      throw ClusterException.badRequest(
          "clientAddrs, clientRaftAddrs and clientIds must have the same length, not "
              + http.size()
              + ", "
              + raft.size()
              + " and "
              + ids.size());
    }
    if (ids.size() + 1 > SetupRequest.MAX_NODES) {
      throw ClusterException.badRequest(
          "a cluster may have at most " + SetupRequest.MAX_NODES + " nodes");
    }
    List<Named> nodes = new ArrayList<>();
    nodes.add(
        new Named(
            id(tree.get("leaderId"), "leaderId"),
            address(tree.get("leaderAddr"), "leaderAddr"),
            address(tree.get("leaderRaftAddr"), "leaderRaftAddr")));
    for (int i = 0; i < ids.size(); i++) {
      String at = "[" + i + "]";
      nodes.add(
          new Named(
              id(ids.get(i), "clientIds" + at),
              address(http.get(i), "clientAddrs" + at),
              address(raft.get(i), "clientRaftAddrs" + at)));
    }
    refuseDuplicates(nodes);
    return new SetupRequest(List.copyOf(nodes));
  }

  private static void refuseDuplicates(List<Named> nodes) {
    Set<MemberId> ids = new HashSet<>();
    Map<HostPort, MemberId> addresses = new HashMap<>();
    for (Named node : nodes) {
      if (!ids.add(node.id())) {
        throw ClusterException.badRequest("the id '" + node.id() + "' is given twice");
      }
      for (HostPort address : List.of(node.http(), node.raft())) {
        MemberId before = addresses.put(address, node.id());
        if (before != null) {
          throw ClusterException.badRequest(
              "the address "
                  + address
                  + " is given twice: for "
                  + before
                  + (before.equals(node.id()) ? ", for HTTP and for Raft" : " and " + node.id()));
        }
      }
    }
  }

  private static List<JsonNode> list(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    if (!value.isArray()) {
      throw ClusterException.badRequest(name + " must be a list");
    }
    List<JsonNode> list = new ArrayList<>();
    value.forEach(list::add);
    return list;
  }

  private static MemberId id(@Nullable JsonNode value, String name) {
    return id(value, name, MemberId::given);
  }

  private static MemberId id(
      @Nullable JsonNode value, String name, Function<String, MemberId> check) {
    if (value == null || !(value.isTextual() || value.isIntegralNumber())) {
      throw ClusterException.badRequest(name + " is missing or not a text");
    }
    if (value.asText().isBlank()) {
      throw ClusterException.badRequest(name + " is empty");
    }
    try {
      return check.apply(value.asText());
    } catch (IllegalArgumentException e) {
      throw ClusterException.badRequest(name + ": " + e.getMessage());
    }
  }

  private static HostPort address(@Nullable JsonNode value, String name) {
    if (value == null || !value.isTextual()) {
      throw ClusterException.badRequest(name + " is missing or not a text");
    }
    if (value.textValue().isBlank()) {
      throw ClusterException.badRequest(name + " is empty");
    }
    HostPort address;
    try {
      address = HostPort.parse(value.textValue().strip());
    } catch (IllegalArgumentException e) {
      throw ClusterException.badRequest(name + ": " + e.getMessage());
    }
    if (Addresses.isNowhere(address)) {
      throw ClusterException.badRequest(
          name + ": '" + address + "' is not where other nodes could reach it: write host:port");
    }
    return address;
  }
}
