package hraftd.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import hraftd.cluster.SetupRequest.Named;
import hraftd.raft.HostPort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bodies that users send about the cluster, read and validated. Unknown fields are ignored; ids
 * may be texts or whole numbers, since people write both.
 */
public final class ClusterBodies {

  private static final int MAX_ID_CHARACTERS = 128;

  private static final List<String> SETUP_FIELDS =
      List.of(
          "leaderId",
          "leaderAddr",
          "leaderRaftAddr",
          "clientIds",
          "clientAddrs",
          "clientRaftAddrs");

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
   * Reads the body of /shutdown: that of /setup, or nothing of it, which means everybody.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static Optional<SetupRequest> shutdown(byte[] body) {
    if (new String(body, java.nio.charset.StandardCharsets.UTF_8).isBlank()) {
      return Optional.empty();
    }
    JsonNode tree = object(body);
    return SETUP_FIELDS.stream().anyMatch(tree::has) ? Optional.of(setup(tree)) : Optional.empty();
  }

  /**
   * Reads the body of /join.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static JoinRequest join(byte[] body) {
    JsonNode tree = object(body);
    return new JoinRequest(
        id(tree.get("id"), "id"),
        address(tree.get("addr"), "addr"),
        address(tree.get("haddr"), "haddr"));
  }

  /**
   * Reads the body of /remove.
   *
   * @throws ClusterException (bad request) that says what is wrong with it
   */
  public static String remove(byte[] body) {
    return id(object(body).get("id"), "id");
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
    Map<String, String> ids = new HashMap<>();
    Map<HostPort, String> addresses = new HashMap<>();
    for (Named node : nodes) {
      if (ids.put(node.id(), node.id()) != null) {
        throw ClusterException.badRequest("the id '" + node.id() + "' is given twice");
      }
      for (HostPort address : List.of(node.http(), node.raft())) {
        String before = addresses.put(address, node.id());
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

  private static String id(@Nullable JsonNode value, String name) {
    if (value == null || !(value.isTextual() || value.isIntegralNumber())) {
      throw ClusterException.badRequest(name + " is missing or not a text");
    }
    String id = value.asText();
    if (id.isBlank()) {
      throw ClusterException.badRequest(name + " is empty");
    }
    if (id.length() > MAX_ID_CHARACTERS) {
      throw ClusterException.badRequest(
          name + " is longer than " + MAX_ID_CHARACTERS + " characters");
    }
    if (id.chars().anyMatch(Character::isISOControl)) {
      throw ClusterException.badRequest(name + " contains a control character");
    }
    return id;
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
    if (address.host().isEmpty() || address.port() == 0) {
      throw ClusterException.badRequest(
          name + ": '" + address + "' is not where other nodes could reach it: write host:port");
    }
    return address;
  }
}
