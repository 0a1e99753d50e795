package hraftd.bench;

import hraftd.bench.HttpContender.Ability;
import hraftd.testing.Keyring;
import hraftd.testing.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Every system that can be measured here, and why the others cannot. */
final class Contenders {

  static final String HRAFTD = "hraftd";
  static final String JGROUPS_RAFT = "jgroups-raft";
  static final String ETCD = "etcd";
  static final String SECURE = "hraftd-secure";
  static final String BARE = "bare";
  static final String REDIS = "redis";
  static final String GO_HRAFTD = "go-hraftd";

  private static final int NODES = 3;

  private static final Set<Ability> ALL = Set.of(Ability.values());

  /** A node's own copy is the same on every engine: it is measured once. */
  private static final Set<Ability> EVERYWHERE =
      Set.of(Ability.WRITE_ANYWHERE, Ability.READ_ANYWHERE);

  private final Http http;
  private final Wrk wrk;
  private final Map<String, Function<Place, Contender>> present = new LinkedHashMap<>();
  private final Map<String, String> missing = new LinkedHashMap<>();

  /**
   * @param programs versions of hraftd, the one that is measured on its other engine too first
   * @param otherOptions for the JVMs of that engine's nodes
   * @param bareOptions for the JVM of the bare server
   * @param goHraftd the binary, empty if there is none
   * @param secure true for the first program with TLS and a token, too
   */
  Contenders(
      List<Program> programs,
      List<String> otherOptions,
      List<String> bareOptions,
      String goHraftd,
      boolean secure,
      Http http,
      Wrk wrk) {
    this.http = http;
    this.wrk = wrk;
    programs.forEach(program -> present.put(program.name(), place -> hraftd(program, ALL, place)));
    if (secure) {
      present.put(SECURE, place -> secure(programs.get(0), place));
    }
    Program other = programs.get(0).on(JGROUPS_RAFT, otherOptions);
    present.put(JGROUPS_RAFT, place -> hraftd(other, EVERYWHERE, place));
    add(ETCD, Tool.installed("etcd"), "apt-get install etcd-server", this::etcd);
    add(
        GO_HRAFTD,
        !goHraftd.isEmpty() && Files.isExecutable(Path.of(goHraftd)),
        "name its binary: --go-hraftd PATH",
        place -> goHraftd(goHraftd, place));
    add(
        REDIS,
        Tool.installed("redis-server") && Tool.installed("redis-benchmark"),
        "apt-get install redis-server",
        RedisContender::new);
    present.put(BARE, place -> bare(bareOptions, place));
  }

  private void add(String name, boolean here, String how, Function<Place, Contender> maker) {
    if (here) {
      present.put(name, maker);
    } else {
      missing.put(name, how);
    }
  }

  /** Those that were asked for, or all that are here. */
  List<Contender> choose(List<String> names, Place place) {
    List<Contender> chosen = new ArrayList<>();
    for (String name : names.isEmpty() ? present.keySet() : names) {
      Function<Place, Contender> maker = present.get(name);
      if (maker == null) {
        String how = missing.get(name);
        throw new Failed(how == null ? "no system " + name : name + " is not here: " + how);
      }
      chosen.add(maker.apply(place.resolve(name)));
    }
    return chosen;
  }

  /** The same of systems that have a leader which can be killed. */
  List<HttpContender> chooseClusters(List<String> names, Place place) {
    List<HttpContender> clusters = new ArrayList<>();
    for (Contender contender : choose(names, place)) {
      if (!(contender instanceof HttpContender cluster) || cluster.cluster().servers().size() < 2) {
        throw new Failed(contender.name() + " has no leader to kill");
      }
      clusters.add(cluster);
    }
    return clusters;
  }

  /** For each system that cannot be measured, how that can be mended. */
  Map<String, String> missing() {
    return Map.copyOf(missing);
  }

  private HttpContender hraftd(Program program, Set<Ability> abilities, Place place) {
    return http(
        program.name(),
        NODES + " nodes, " + program.about(),
        new KeyDialect(),
        new HraftdCluster(program, NODES, place, http),
        abilities);
  }

  private HttpContender secure(Program program, Place place) {
    Keyring keys = keys(place);
    Http client = new Http(keys);
    return new HttpContender(
        SECURE,
        NODES
            + " nodes with TLS on both ports and a secret, asked with a token, "
            + program.about(),
        new KeyDialect(),
        new HraftdCluster(program, NODES, place, client, keys::flags),
        ALL,
        wrk,
        client);
  }

  private static Keyring keys(Place place) {
    try {
      return Keyring.make(
          place.directory().resolve("keys"),
          IntStream.rangeClosed(1, NODES).mapToObj(i -> "node" + i).toList());
    } catch (IOException | Shell.Failed e) {
      throw new Failed("no certificates: " + e.getMessage(), e);
    }
  }

  private HttpContender etcd(Place place) {
    return http(
        ETCD,
        NODES + " members, its defaults, through its HTTP gateway",
        new EtcdDialect(),
        new EtcdCluster(NODES, place, http),
        ALL);
  }

  private HttpContender goHraftd(String binary, Place place) {
    return http(
        GO_HRAFTD,
        NODES + " nodes, " + binary + "; only its leader takes writes",
        new KeyDialect(),
        new GoHraftdCluster(binary, NODES, place, http),
        Set.of(Ability.STALE_READS));
  }

  private HttpContender bare(List<String> options, Place place) {
    return http(
        BARE,
        "one JVM with hraftd's HTTP server and JSON library over a map in memory, no Raft, no disk",
        new KeyDialect(),
        new SingleServer(options, place, http),
        Set.of());
  }

  private HttpContender http(
      String name, String about, Dialect dialect, ServerCluster cluster, Set<Ability> abilities) {
    return new HttpContender(name, about.strip(), dialect, cluster, abilities, wrk, http);
  }
}
