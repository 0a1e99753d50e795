package hraftd.raft.sim;

import hraftd.raft.NodeId;
import hraftd.raft.RaftObserver;
import hraftd.raft.core.Message;

/** Who sees what happens to a simulated cluster. */
interface SimWitness {

  /** Sees nothing. */
  SimWitness NONE =
      new SimWitness() {
        @Override
        public RaftObserver begins(NodeId node) {
          return RaftObserver.NONE;
        }

        @Override
        public void happened(SimMoment moment) {}

        @Override
        public void stands(SimNode node, String how) {}

        @Override
        public void dropped(Message message, String why) {}
      };

  /** A process begins on this node; returns who sees what happens to that. */
  RaftObserver begins(NodeId node);

  /** Something that belongs into the timeline. */
  void happened(SimMoment moment);

  /**
   * A node cannot tell of itself what has become of it.
   *
   * @param how {@code down} or {@code frozen}; empty: it is as it was before it was frozen
   */
  void stands(SimNode node, String how);

  /** A message is lost; why, in a word. */
  void dropped(Message message, String why);
}
