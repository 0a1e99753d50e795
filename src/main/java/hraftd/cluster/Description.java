package hraftd.cluster;

import hraftd.raft.Membership;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is, as it tells other nodes.
 *
 * @param name its own name
 * @param incarnation of its data directory
 * @param process random, made at its start; {@link #UNKNOWN_PROCESS} of an older version
 * @param state whether it belongs to a cluster
 * @param clusterId which one; null if it belongs to none
 * @param memberId its id there; null if it belongs to none
 * @param initial the members which that cluster began with, as far as it knows
 * @param members the newest members that it knows of
 * @param settled true if it has seen its cluster's setup through to the end
 * @param leads true if it leads and a quorum has confirmed that within the last second: then its
 *     members are the cluster's
 */
public record Description(
    String name,
    long incarnation,
    long process,
    State state,
    @Nullable String clusterId,
    @Nullable String memberId,
    Membership initial,
    Membership members,
    boolean settled,
    boolean leads) {

  /** No process has this number. */
  public static final long UNKNOWN_PROCESS = 0;

  /** True if this one and the other are certainly two processes. */
  boolean isOtherProcess(Description other) {
    return process != UNKNOWN_PROCESS
        && other.process != UNKNOWN_PROCESS
        && process != other.process;
  }

  /** Whether a node belongs to a cluster. */
  public enum State {
    WAITING,
    MEMBER,
    REMOVED
  }
}
