package hraftd.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One redis-server that syncs every write, under load by redis-benchmark. Not replicated and not
 * over HTTP, so it shows what the disk allows rather than a peer.
 */
final class RedisContender implements Contender {

  /** To learn how many requests fill a given time, which redis-benchmark does not take. */
  private static final long TRIAL_REQUESTS = 2_000;

  private static final long MANY_KEYS = 1_000_000_000;

  private final Server server;
  private final String port;
  private final Tool tool;

  RedisContender(Place place) {
    String address = Place.freeAddress();
    this.port = address.replaceAll(".*:", "");
    this.tool = new Tool(place);
    List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1"));
    command.addAll(List.of("--port", port, "--dir", place.directory().toString()));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always", "--save", ""));
    this.server = place.server("redis", address, command);
  }

  @Override
  public String name() {
    return "redis";
  }

  @Override
  public String about() {
    return "one redis-server, appendfsync always, by redis-benchmark: not replicated, not HTTP";
  }

  @Override
  public boolean takes(Load load) {
    boolean simple = load.kind() == Load.Kind.WRITE || load.kind() == Load.Kind.READ;
    return simple && load.where() == Load.Where.LEADER;
  }

  @Override
  public void start() {
    server.start();
    Failed.unless(
        "redis answers, see " + server.log(),
        Http.PATIENT,
        () -> client("PING").strip().equals("PONG"));
    client(
        "EVAL",
        "for i=0,ARGV[1]-1 do redis.call('SET',string.format('exists%012d',i),ARGV[2]) end",
        "0",
        Integer.toString(Load.EXISTING_KEYS),
        Load.VALUE);
    if (!client("GET", String.format("exists%012d", Load.EXISTING_KEYS - 1)).contains(Load.VALUE)) {
      throw new Failed("redis does not answer with what was written");
    }
  }

  private String client(String... words) {
    List<String> command = new ArrayList<>(List.of("redis-cli", "-p", port));
    command.addAll(List.of(words));
    return tool.run(command, Map.of(), Http.PATIENT);
  }

  @Override
  public List<Process> processes() {
    return List.of(server.process());
  }

  @Override
  public Tally drive(Load load, Duration time) {
    Tally trial = run(load, TRIAL_REQUESTS);
    double perSecond = trial.requests() / (trial.time().toNanos() / 1e9);
    return run(load, Math.max(TRIAL_REQUESTS, Math.round(perSecond * time.toSeconds())));
  }

  private Tally run(Load load, long requests) {
    boolean write = load.kind() == Load.Kind.WRITE;
    List<String> command = new ArrayList<>(List.of("redis-benchmark", "-p", port, "--csv"));
    command.addAll(List.of("-c", Integer.toString(load.connections())));
    command.addAll(List.of("-n", Long.toString(requests)));
    command.addAll(List.of("-r", Long.toString(write ? MANY_KEYS : Load.EXISTING_KEYS)));
    command.addAll(
        write ? List.of("SET", "w__rand_int__", Load.VALUE) : List.of("GET", "exists__rand_int__"));
    return Tally.ofRedis(tool.run(command, Map.of(), Duration.ofMinutes(5)), requests);
  }

  @Override
  public void stop() {
    server.stop();
  }
}
