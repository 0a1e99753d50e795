package hraftd.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A store that speaks HTTP, under load by wrk. */
final class HttpContender implements Contender {

  private final String name;
  private final String about;
  private final Dialect dialect;
  private final ServerCluster cluster;
  private final Set<Ability> abilities;
  private final Wrk wrk;
  private final Http http;

  /** What not every store can. */
  enum Ability {
    /** Writes on any node. */
    WRITE_ANYWHERE,
    /** Linearizable reads on any node. */
    READ_ANYWHERE,
    /** Reads of a node's own copy. */
    STALE_READS
  }

  /**
   * @param about see {@link #about()}
   * @param abilities that it has
   */
  HttpContender(
      String name,
      String about,
      Dialect dialect,
      ServerCluster cluster,
      Set<Ability> abilities,
      Wrk wrk,
      Http http) {
    this.name = name;
    this.about = about;
    this.dialect = dialect;
    this.cluster = cluster;
    this.abilities = Set.copyOf(abilities);
    this.wrk = wrk;
    this.http = http;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public boolean takes(Load load) {
    if (load.kind() == Load.Kind.STALE && !abilities.contains(Ability.STALE_READS)) {
      return false;
    }
    return switch (load.where()) {
      case LEADER -> true;
      case SPREAD -> abilities.contains(Ability.WRITE_ANYWHERE);
      case FOLLOWER -> load.kind() == Load.Kind.STALE || abilities.contains(Ability.READ_ANYWHERE);
    };
  }

  @Override
  public void start() {
    cluster.start();
    for (Server server : cluster.servers()) {
      Failed.unless(
          name + ": " + server.id() + " is ready, see " + server.log(),
          Http.PATIENT,
          () -> cluster.ready(server));
    }
    write(existing());
    for (int number : new int[] {0, Load.EXISTING_KEYS - 1}) {
      if (!holds(Wrk.existingKey(number))) {
        throw new Failed(name + " does not answer with what was written");
      }
    }
  }

  private static Map<String, String> existing() {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (int number = 0; number < Load.EXISTING_KEYS; number++) {
      pairs.put(Wrk.existingKey(number), Load.VALUE);
    }
    return pairs;
  }

  private void write(Map<String, String> pairs) {
    String leader = leader().address();
    List<String> keys = List.copyOf(pairs.keySet());
    for (int from = 0; from < keys.size(); from += dialect.mostPairs()) {
      Map<String, String> some = new LinkedHashMap<>();
      int to = Math.min(keys.size(), from + dialect.mostPairs());
      keys.subList(from, to).forEach(key -> some.put(key, pairs.getOrDefault(key, "")));
      Http.Reply reply = http.send(dialect.put(leader, some));
      if (!reply.ok()) {
        throw new Failed(name + " does not take a write: " + reply.status() + " " + reply.body());
      }
    }
  }

  private boolean holds(String key) {
    Http.Reply reply = http.send(dialect.get(leader().address(), key));
    return Load.VALUE.equals(dialect.value(reply, key));
  }

  ServerCluster cluster() {
    return cluster;
  }

  Dialect dialect() {
    return dialect;
  }

  /** Waits until there is one. */
  Server leader() {
    Failed.unless(name + " has a leader", Http.PATIENT, () -> cluster.leader().isPresent());
    return cluster.leader().orElseGet(this::leader);
  }

  @Override
  public List<Process> processes() {
    return cluster.servers().stream().map(Server::process).toList();
  }

  @Override
  public Tally drive(Load load, Duration time) {
    String prefix = wrk.nextPrefix();
    Tally tally =
        wrk.run(dialect, load, addresses(load), prefix, http, time)
            .unlessMostlyErrors(load + " on " + name);
    boolean lost = load.kind().writes() && !holds(Wrk.earlyKey(prefix));
    return lost ? tally.withError() : tally;
  }

  private List<String> addresses(Load load) {
    Server leader = leader();
    List<Server> chosen = new ArrayList<>(cluster.servers());
    switch (load.where()) {
      case LEADER -> chosen.retainAll(List.of(leader));
      case FOLLOWER -> {
        chosen.remove(leader);
        chosen = chosen.subList(0, 1);
      }
      case SPREAD -> {}
    }
    return chosen.stream().map(Server::address).toList();
  }

  @Override
  public void stop() {
    Children.end(cluster.servers().stream().filter(Server::alive).map(Server::process).toList());
  }
}
