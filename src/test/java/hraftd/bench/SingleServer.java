package hraftd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The bare server, which has no company. */
final class SingleServer implements ServerCluster {

  private final Http http;
  private final Server server;

  SingleServer(List<String> jvmOptions, Place place, Http http) {
    this.http = http;
    String address = Place.freeAddress();
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(BareServer.class.getName(), address.replaceAll(".*:", "")));
    this.server = place.server("bare", address, command);
  }

  @Override
  public List<Server> servers() {
    return List.of(server);
  }

  @Override
  public void start() {
    server.start();
  }

  @Override
  public boolean ready(Server asked) {
    return http.send(Http.get(asked.address(), "/key/any")).status() == 404;
  }

  @Override
  public Optional<Server> leader() {
    return Optional.of(server);
  }
}
