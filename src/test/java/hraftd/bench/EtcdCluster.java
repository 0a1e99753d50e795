package hraftd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Three members of etcd with its defaults, which sync every write. */
final class EtcdCluster implements ServerCluster {

  /** The default of 2 GiB may be too little for a long run, and then it refuses writes. */
  private static final long QUOTA_BYTES = 8L << 30;

  private final Http http;
  private final List<Server> servers = new ArrayList<>();

  /** A member before its command is known. */
  private record Member(String id, String client, String peer) {}

  EtcdCluster(int size, Place place, Http http) {
    this.http = http;
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= size; i++) {
      members.add(new Member("etcd" + i, Place.freeAddress(), Place.freeAddress()));
    }
    String all =
        members.stream()
            .map(member -> member.id + "=http://" + member.peer)
            .collect(Collectors.joining(","));
    for (Member member : members) {
      String client = "http://" + member.client;
      String peer = "http://" + member.peer;
      servers.add(
          place.server(
              member.id,
              member.client,
              List.of(
                  "etcd",
                  "--name=" + member.id,
                  "--data-dir=" + place.directory().resolve(member.id),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + all,
                  "--initial-cluster-state=new",
                  "--quota-backend-bytes=" + QUOTA_BYTES)));
    }
  }

  @Override
  public List<Server> servers() {
    return List.copyOf(servers);
  }

  @Override
  public void start() {
    servers.forEach(Server::start);
  }

  @Override
  public boolean ready(Server server) {
    Http.Reply reply = http.send(Http.get(server.address(), "/health"));
    return reply.ok() && reply.json().path("health").asText().equals("true");
  }

  @Override
  public Optional<Server> leader() {
    return servers.stream().filter(Server::alive).filter(this::leads).findFirst();
  }

  private boolean leads(Server server) {
    JsonNode status = http.send(Http.post(server.address(), "/v3/maintenance/status", "{}")).json();
    String leader = status.path("leader").asText();
    return !leader.isEmpty() && leader.equals(status.path("header").path("member_id").asText());
  }
}
