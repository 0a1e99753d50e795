package hraftd.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One kind of load: what is asked for, over how many connections, and of whom.
 *
 * @param connections as asked for, see {@link #connectionsTo}
 */
record Load(Kind kind, int connections, Where where) {

  /** What each request is. */
  enum Kind {
    /** A new key. */
    WRITE,
    /** A linearizable read of a key that exists. */
    READ,
    /** A read of the node's own copy. */
    STALE,
    /** Nine linearizable reads for one write. */
    MIX;

    boolean writes() {
      return this == WRITE || this == MIX;
    }
  }

  /** Which nodes the connections go to. */
  enum Where {
    LEADER,
    FOLLOWER,
    SPREAD
  }

  static final String VALUE = "0123456789".repeat(10);

  /** How many keys there are to read; more than fit into a processor's caches, soon written. */
  static final int EXISTING_KEYS = 10_000;

  /** More threads than this would only take the servers' processors. */
  private static final int MOST_THREADS = 2;

  /** In the order in which they are run. */
  static List<Load> all() {
    List<Load> all = new ArrayList<>();
    for (int connections : new int[] {1, 16, 64, 256}) {
      all.add(new Load(Kind.WRITE, connections, Where.LEADER));
    }
    all.add(new Load(Kind.WRITE, 64, Where.SPREAD));
    all.add(new Load(Kind.WRITE, 256, Where.SPREAD));
    for (Kind kind : List.of(Kind.READ, Kind.STALE)) {
      all.add(new Load(kind, 1, Where.LEADER));
      all.add(new Load(kind, 64, Where.LEADER));
      all.add(new Load(kind, 64, Where.FOLLOWER));
    }
    all.add(new Load(Kind.MIX, 64, Where.LEADER));
    return List.copyOf(all);
  }

  /** The one with this name. */
  static Load named(String name) {
    return all().stream()
        .filter(load -> load.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no load " + name));
  }

  /** For command lines and tables, as in {@code write-64-spread}. */
  String name() {
    String suffix = where == Where.LEADER ? "" : "-" + where.name().toLowerCase(Locale.ROOT);
    return kind.name().toLowerCase(Locale.ROOT) + "-" + connections + suffix;
  }

  /** One for each node if they are spread: wrk binds a thread to an address. */
  int threads(int nodes) {
    return where == Where.SPREAD ? nodes : Math.min(connections, MOST_THREADS);
  }

  /** So many that each thread has as many as the others. */
  int connectionsTo(int nodes) {
    return connections / threads(nodes) * threads(nodes);
  }

  /** For people. */
  String about() {
    String what =
        switch (kind) {
          case WRITE -> "writes";
          case READ -> "linearizable reads";
          case STALE -> "stale reads";
          case MIX -> "90 % reads, 10 % writes";
        };
    String whom =
        switch (where) {
          case LEADER -> "leader";
          case FOLLOWER -> "a follower";
          case SPREAD -> "all nodes";
        };
    return what + ", " + connections + (connections == 1 ? " client, " : " clients, ") + whom;
  }

  @Override
  public String toString() {
    return name();
  }
}
