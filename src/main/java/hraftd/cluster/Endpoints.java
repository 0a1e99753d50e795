package hraftd.cluster;

import hraftd.raft.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * What this node is called and where it is.
 *
 * @param name for people
 * @param http where it listens for clients
 * @param raft where it listens for its peers
 * @param advertised where others reach it
 */
public record Endpoints(String name, HostPort http, HostPort raft, Advertised advertised) {

  /**
   * Where others reach this node, if not where it listens.
   *
   * @param http for HTTP; null: where it listens
   * @param raft for its peers; null: where it listens
   */
  public record Advertised(@Nullable HostPort http, @Nullable HostPort raft) {

    /** Where it listens. */
    public static final Advertised AS_BOUND = new Advertised(null, null);
  }

  /** Where this node is asked who it is, as another one is to be told. */
  HostPort httpFor(HostPort other) {
    HostPort told = advertised.http();
    return told == null ? Addresses.reachable(http, other) : told;
  }

  /** Where its peers reach it, as another node is to be told. */
  HostPort raftFor(HostPort other) {
    HostPort told = advertised.raft();
    return told == null ? Addresses.reachable(raft, other) : told;
  }

  /** How an HTTP address that somebody names relates to this node. */
  Addresses.Match matchHttp(HostPort named) {
    return match(named, http, advertised.http());
  }

  /** How a Raft address that somebody names relates to this node. */
  Addresses.Match matchRaft(HostPort named) {
    return match(named, raft, advertised.raft());
  }

  private static Addresses.Match match(HostPort named, HostPort bound, @Nullable HostPort told) {
    return told != null && Addresses.same(named, told)
        ? Addresses.Match.OWN
        : Addresses.match(named, bound);
  }

  /** Where others reach it, if it was said, else where it listens. */
  HostPort httpForOthers() {
    HostPort told = advertised.http();
    return told == null ? http : told;
  }

  /** The same for its peers. */
  HostPort raftForOthers() {
    HostPort told = advertised.raft();
    return told == null ? raft : told;
  }
}
