package hraftd.cluster;

import hraftd.raft.HostPort;
import org.jspecify.annotations.Nullable;

/** What shows another node that a node of its cluster asks. Any thread may call it. */
@FunctionalInterface
public interface PeerProof {

  /** Where no node asks who is there. */
  PeerProof NONE = (method, address, target) -> null;

  /**
   * The {@code Authorization} header of a request.
   *
   * @param target path and query
   * @return null if it has none
   */
  @Nullable String header(String method, HostPort address, String target);
}
