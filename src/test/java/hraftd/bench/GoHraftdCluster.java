package hraftd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Three nodes of a Go hraftd, from a binary that is given. */
final class GoHraftdCluster implements ServerCluster {

  private final Http http;
  private final List<Server> servers = new ArrayList<>();

  GoHraftdCluster(String binary, int size, Place place, Http http) {
    this.http = http;
    for (int i = 0; i < size; i++) {
      String id = "node" + i;
      String address = Place.freeAddress();
      List<String> command = new ArrayList<>(List.of(binary, "-id", id));
      command.addAll(List.of("-haddr", address, "-raddr", Place.freeAddress()));
      if (i > 0) {
        command.addAll(List.of("-join", servers.get(0).address()));
      }
      command.add(place.directory().resolve(id).toString());
      servers.add(place.server(id, address, command));
    }
  }

  @Override
  public List<Server> servers() {
    return List.copyOf(servers);
  }

  @Override
  public void start() {
    // The first leads itself; only then can the others join it.
    Server first = servers.get(0);
    first.start();
    Failed.unless(
        first.id() + " leads, see " + first.log(), Http.PATIENT, () -> takesWrites(first));
    servers.subList(1, servers.size()).forEach(Server::start);
  }

  private boolean takesWrites(Server server) {
    return http.send(Http.post(server.address(), "/key", "{\"probe\":\"p\"}")).ok();
  }

  @Override
  public boolean ready(Server server) {
    return http.send(Http.get(server.address(), "/key/probe")).status() != 0;
  }

  /** Only the leader takes writes, so who takes one leads. */
  @Override
  public Optional<Server> leader() {
    return servers.stream().filter(Server::alive).filter(this::takesWrites).findFirst();
  }
}
