package hraftd.raft.node;

import hraftd.raft.core.Raft;
import hraftd.raft.core.RaftHost;

/** Makes a loop's Raft; called once, on the loop's thread. */
public interface RaftFactory {

  /** Makes it, for this host. */
  Raft create(RaftHost host);
}
