package hraftd;

import hraftd.jgroups.JGroupsRaftEngine;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.net.PortSecurity;
import hraftd.raft.node.RaftEngine;
import java.util.List;

/** What can replicate, by the names that {@code -engine} takes. */
final class Engines {

  /** What a node runs that is not told otherwise. */
  static final String DEFAULT = "raft";

  /** Only this one is compared with it. */
  static final String JGROUPS_RAFT = "jgroups-raft";

  /** All of them. */
  static final List<String> NAMES = List.of(DEFAULT, JGROUPS_RAFT);

  private Engines() {}

  /**
   * The engine of one of the names.
   *
   * @param security what its nodes ask of each other, if it can do that
   */
  static ConsensusEngine named(String name, PortSecurity security) {
    return switch (name) {
      case DEFAULT -> new RaftEngine(security);
      case JGROUPS_RAFT -> new JGroupsRaftEngine();
      default -> throw new IllegalArgumentException(name);
    };
  }
}
