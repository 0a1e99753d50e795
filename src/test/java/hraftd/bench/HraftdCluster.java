package hraftd.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import hraftd.testing.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Nodes of a jar of hraftd. */
final class HraftdCluster implements ServerCluster {

  /** What the load may do: what a program's token does, and the secret is not for. */
  private static final String TOKEN =
      "{\"name\":\"bench\",\"rules\":[{\"prefix\":\"\",\"may\":\"write\"}]}";

  private final Http http;
  private final List<Server> servers = new ArrayList<>();
  private final List<String> raftAddresses = new ArrayList<>();

  /** Nodes that are open to everybody. */
  HraftdCluster(Program program, int size, Place place, Http http) {
    this(program, size, place, http, id -> List.of());
  }

  /**
   * @param flags what a node of this id is started with besides what all are
   */
  HraftdCluster(
      Program program, int size, Place place, Http http, Function<String, List<String>> flags) {
    this.http = http;
    for (int i = 1; i <= size; i++) {
      String id = "node" + i;
      String address = Place.freeAddress();
      String raft = Place.freeAddress();
      String data = place.directory().resolve(id).toString();
      List<String> arguments = new ArrayList<>(flags.apply(id));
      arguments.addAll(List.of("-id", id, "-haddr", address, "-raddr", raft, data));
      servers.add(place.server(id, address, program.command(arguments)));
      raftAddresses.add(raft);
    }
  }

  @Override
  public List<Server> servers() {
    return List.copyOf(servers);
  }

  @Override
  public void start() {
    servers.forEach(Server::start);
    for (Server server : servers) {
      Failed.unless(
          server.id() + " listens, see " + server.log(),
          Http.PATIENT,
          () -> http.send(Http.get(server.address(), "/livez")).ok());
    }
    Http.Reply reply =
        http.send(Http.post(servers.get(0).address(), "/setup?timeout=30s", setupBody()));
    if (!reply.ok()) {
      throw new Failed("/setup: " + reply.status() + " " + reply.body());
    }
    if (!http.token().isEmpty()) {
      http.show(makeToken());
    }
  }

  /**
   * A leader that has just begun makes none until it has heard of every node that it knows them.
   */
  private String makeToken() {
    Http.Reply[] made = {new Http.Reply(0, "")};
    boolean isMade =
        Eventually.within(
            Http.PATIENT,
            () -> {
              made[0] = http.send(Http.post(servers.get(0).address(), "/token", TOKEN));
              return made[0].status() == 201;
            });
    if (!isMade) {
      throw new Failed("/token: " + made[0].status() + " " + made[0].body());
    }
    return made[0].json().path("token").asText();
  }

  private String setupBody() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("leaderAddr", servers.get(0).address());
    body.put("leaderRaftAddr", raftAddresses.get(0));
    body.put("leaderId", servers.get(0).id());
    ArrayNode addresses = body.putArray("clientAddrs");
    ArrayNode rafts = body.putArray("clientRaftAddrs");
    ArrayNode ids = body.putArray("clientIds");
    for (int i = 1; i < servers.size(); i++) {
      addresses.add(servers.get(i).address());
      rafts.add(raftAddresses.get(i));
      ids.add(servers.get(i).id());
    }
    return body.toString();
  }

  @Override
  public boolean ready(Server server) {
    return http.send(Http.get(server.address(), "/readyz")).ok();
  }

  @Override
  public Optional<Server> leader() {
    return servers.stream().filter(Server::alive).filter(this::leads).findFirst();
  }

  private boolean leads(Server server) {
    Http.Reply status = http.send(Http.get(server.address(), "/status"));
    return status.json().path("leader").path("id").asText().equals(server.id());
  }

  /** The sum of the numbers in a node's /metrics that begin so; NaN if there is none. */
  double metric(Server server, String beginning) {
    return http.send(Http.get(server.address(), "/metrics"))
        .body()
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .reduce(Double::sum)
        .orElse(Double.NaN);
  }
}
