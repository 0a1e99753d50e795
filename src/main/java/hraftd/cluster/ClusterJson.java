package hraftd.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.MemberId;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The JSON of what nodes tell each other about the cluster, and of what they keep. Reading never
 * trusts: what does not fit is an {@link IllegalArgumentException} whose message says what.
 */
public final class ClusterJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** A random UUID; tests and people may have others. */
  private static final Pattern CLUSTER_ID = Pattern.compile("[0-9A-Za-z._-]{1,64}");

  /** So much of a text that is refused is said again. */
  private static final int SHOWN_BYTES = 64;

  private ClusterJson() {}

  static String hex(long value) {
    return String.format("%016x", value);
  }

  static long unhex(String text) {
    if (!text.matches("[0-9a-f]{16}")) {
      throw new IllegalArgumentException("'" + shown(text) + "' is not 16 hexadecimal digits");
    }
    return Long.parseUnsignedLong(text, 16);
  }

  /** The text as an object. */
  static JsonNode object(byte[] body) {
    try {
      JsonNode tree = JSON.readTree(body);
      if (!tree.isObject()) {
        throw new IllegalArgumentException("not a JSON object");
      }
      return tree;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not valid JSON" + where(e), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not valid JSON", e);
    }
  }

  /** Where it stops to be JSON; the parser's own words are for programmers. */
  private static String where(JacksonException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : " in line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  static byte[] bytes(JsonNode tree) {
    try {
      return JSON.writeValueAsBytes(tree);
    } catch (JacksonException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /** A member as a person wants to see it. */
  public static ObjectNode person(Member member) {
    return JSON.createObjectNode()
        .put("id", member.id())
        .put("address", member.raft().toString())
        .put("http", member.http().toString());
  }

  private static ObjectNode member(Member member) {
    return JSON.createObjectNode()
        .put("id", member.id())
        .put("incarnation", hex(member.node().incarnation()))
        .put("raft", member.raft().toString())
        .put("http", member.http().toString())
        .put("voter", member.voter());
  }

  private static Member member(JsonNode tree) {
    return new Member(
        node(tree), address(tree, "raft"), address(tree, "http"), flag(tree, "voter"));
  }

  private static NodeId node(JsonNode tree) {
    return new NodeId(id(tree, "id"), unhex(text(tree, "incarnation")));
  }

  static ArrayNode members(Membership membership) {
    ArrayNode array = JSON.createArrayNode();
    membership.members().forEach(m -> array.add(member(m)));
    return array;
  }

  private static Membership members(JsonNode tree, String name) {
    JsonNode array = tree.path(name);
    if (!array.isArray()) {
      throw new IllegalArgumentException("'" + name + "' is not a list");
    }
    refuseTooMany(array, name);
    List<Member> members = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JsonNode one : array) {
      Member member = member(one);
      if (!ids.add(member.id())) {
        throw new IllegalArgumentException("'" + name + "' has an id twice");
      }
      members.add(member);
    }
    return new Membership(members);
  }

  private static void refuseTooMany(JsonNode members, String name) {
    if (members.size() > Membership.MAX_MEMBERS) {
      throw new IllegalArgumentException(
          "'" + name + "' has more than " + Membership.MAX_MEMBERS + " members");
    }
  }

  static byte[] bytes(ClusterRecord record) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("clusterId", record.clusterId());
    tree.put("id", record.self().id());
    tree.put("incarnation", hex(record.self().incarnation()));
    tree.set("initial", members(record.initial()));
    tree.set("members", members(record.newest()));
    tree.put("removed", record.removed());
    tree.put("settled", record.settled());
    return (tree.toPrettyString() + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  static ClusterRecord record(byte[] bytes) {
    JsonNode tree = object(bytes);
    return new ClusterRecord(
        clusterId(tree),
        node(tree),
        members(tree, "initial"),
        members(tree, "members"),
        flag(tree, "removed"),
        flag(tree, "settled"));
  }

  /** A node's description of itself. */
  public static ObjectNode tree(Description description) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("hraftd", true);
    tree.put("name", description.name());
    tree.put("incarnation", hex(description.incarnation()));
    tree.put("process", hex(description.process()));
    tree.put("state", description.state().name().toLowerCase(Locale.ROOT));
    tree.put("clusterId", description.clusterId());
    tree.put("id", description.memberId());
    tree.set("initial", members(description.initial()));
    tree.set("members", members(description.members()));
    tree.put("settled", description.settled());
    tree.put("leads", description.leads());
    return tree;
  }

  /** What {@link #tree(Description)} wrote. */
  static Description description(JsonNode tree) {
    if (!flag(tree, "hraftd")) {
      throw new IllegalArgumentException("not a hraftd node");
    }
    return new Description(
        id(tree, "name"),
        unhex(text(tree, "incarnation")),
        tree.has("process") ? unhex(text(tree, "process")) : Description.UNKNOWN_PROCESS,
        state(text(tree, "state")),
        tree.path("clusterId").isNull() ? null : clusterId(tree),
        tree.path("id").isNull() ? null : id(tree, "id"),
        members(tree, "initial"),
        members(tree, "members"),
        flag(tree, "settled"),
        flag(tree, "leads"));
  }

  static ObjectNode tree(Reservation reservation) {
    return JSON.createObjectNode()
        .put("clusterId", reservation.clusterId())
        .put("incarnation", hex(reservation.incarnation()))
        .put("http", reservation.http().toString())
        .put("raft", reservation.raft().toString());
  }

  /** Reads the body of a request to keep free. */
  public static Reservation reservation(byte[] body) {
    JsonNode tree = object(body);
    return new Reservation(
        clusterId(tree),
        unhex(text(tree, "incarnation")),
        address(tree, "http"),
        address(tree, "raft"));
  }

  static ObjectNode tree(FormRequest request) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("clusterId", request.clusterId());
    tree.put("id", request.self().id());
    tree.put("incarnation", hex(request.self().incarnation()));
    tree.set("initial", members(request.initial()));
    tree.set("known", members(request.known()));
    tree.put("lead", request.lead());
    return tree;
  }

  /** Reads the body of a request to belong to a cluster. */
  public static FormRequest formRequest(byte[] body) {
    JsonNode tree = object(body);
    NodeId self = node(tree);
    Membership initial = members(tree, "initial");
    if (!initial.members().isEmpty() && initial.find(self) == null) {
      throw new IllegalArgumentException("'initial' is without the node itself");
    }
    return new FormRequest(
        clusterId(tree), self, initial, members(tree, "known"), flag(tree, "lead"));
  }

  static ObjectNode tree(Removal removal) {
    return JSON.createObjectNode()
        .put("clusterId", removal.clusterId())
        .put("id", removal.node().id())
        .put("incarnation", hex(removal.node().incarnation()));
  }

  /** Reads the body of the news that a node was removed. */
  public static Removal removal(byte[] body) {
    JsonNode tree = object(body);
    return new Removal(clusterId(tree), node(tree));
  }

  static ObjectNode tree(Moved moved) {
    return member(moved.member()).put("clusterId", moved.clusterId());
  }

  /** Reads the body of the news that a member has moved. */
  public static Moved moved(byte[] body) {
    JsonNode tree = object(body);
    return new Moved(clusterId(tree), member(tree));
  }

  /** Where the members are, for other nodes. */
  public static ObjectNode whereabouts(Membership membership) {
    ObjectNode tree = JSON.createObjectNode();
    tree.set("members", members(membership));
    return tree;
  }

  /** What {@link #whereabouts(Membership)} wrote. */
  static Membership whereabouts(JsonNode tree) {
    return members(tree, "members");
  }

  /** The answer to setup. */
  public static ObjectNode tree(Formed formed) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("clusterId", formed.clusterId());
    tree.set("leader", person(formed.leader()));
    ArrayNode people = tree.putArray("members");
    formed.members().members().forEach(m -> people.add(person(m)));
    return tree;
  }

  /** What {@link #tree(Formed)} wrote. People's answers carry no incarnations: they are 0 here. */
  static Formed formed(JsonNode tree) {
    return new Formed(clusterId(tree), readPerson(tree.path("leader")), readPeople(tree));
  }

  /** The answer to join and remove. */
  public static ObjectNode tree(Membership membership) {
    ObjectNode tree = JSON.createObjectNode();
    ArrayNode people = tree.putArray("members");
    membership.members().forEach(m -> people.add(person(m)));
    return tree;
  }

  /** What {@link #tree(Membership)} wrote; see {@link #formed}. */
  static Membership members(JsonNode tree) {
    return readPeople(tree);
  }

  private static Membership readPeople(JsonNode tree) {
    List<Member> members = new ArrayList<>();
    refuseTooMany(tree.path("members"), "members");
    tree.path("members").forEach(m -> members.add(readPerson(m)));
    return new Membership(members);
  }

  private static Member readPerson(JsonNode tree) {
    NodeId node = new NodeId(id(tree, "id"), 0);
    return new Member(node, address(tree, "address"), address(tree, "http"), /* voter= */ true);
  }

  static ObjectNode tree(SetupRequest request) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("leaderId", request.leader().id().text());
    tree.put("leaderAddr", request.leader().http().toString());
    tree.put("leaderRaftAddr", request.leader().raft().toString());
    ArrayNode ids = tree.putArray("clientIds");
    ArrayNode http = tree.putArray("clientAddrs");
    ArrayNode raft = tree.putArray("clientRaftAddrs");
    for (SetupRequest.Named node : request.nodes().subList(1, request.nodes().size())) {
      ids.add(node.id().text());
      http.add(node.http().toString());
      raft.add(node.raft().toString());
    }
    return tree;
  }

  static ObjectNode tree(JoinRequest request) {
    ObjectNode tree =
        JSON.createObjectNode()
            .put("id", request.id().text())
            .put("addr", request.raft().toString())
            .put("haddr", request.http().toString())
            .put("voter", request.voter());
    MemberId replaces = request.replaces();
    return replaces == null ? tree : tree.put("replaces", replaces.text());
  }

  static ObjectNode tree(MemberId id) {
    return JSON.createObjectNode().put("id", id.text());
  }

  /** The answer to shutdown. */
  public static ObjectNode tree(Stopped stopped) {
    ObjectNode tree = JSON.createObjectNode();
    stopped.stopped().forEach(tree.putArray("stopped")::add);
    stopped.failed().forEach(tree.putArray("failed")::add);
    return tree;
  }

  private static String text(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("'" + name + "' is missing or not a text");
    }
    return value.textValue();
  }

  private static String id(JsonNode tree, String name) {
    return new MemberId(text(tree, name)).text();
  }

  private static String clusterId(JsonNode tree) {
    String text = text(tree, "clusterId");
    if (!CLUSTER_ID.matcher(text).matches()) {
      throw new IllegalArgumentException("'" + shown(text) + "' is no id of a cluster");
    }
    return text;
  }

  private static Description.State state(String word) {
    for (Description.State state : Description.State.values()) {
      if (state.name().toLowerCase(Locale.ROOT).equals(word)) {
        return state;
      }
    }
    throw new IllegalArgumentException("'" + shown(word) + "' is no state of a node");
  }

  private static String shown(String text) {
    return Printable.cut(text, SHOWN_BYTES);
  }

  private static boolean flag(JsonNode tree, String name) {
    JsonNode value = tree.path(name);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("'" + name + "' is missing or not true or false");
    }
    return value.booleanValue();
  }

  private static HostPort address(JsonNode tree, String name) {
    return HostPort.parse(text(tree, name));
  }
}
