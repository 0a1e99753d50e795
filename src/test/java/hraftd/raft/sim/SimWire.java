package hraftd.raft.sim;

import hraftd.raft.NodeId;
import hraftd.raft.core.Message;

/** How messages get from one simulated node to another, where no link is cut. */
interface SimWire {

  /** A message is sent, and may be lost. */
  void send(Message m);

  /** True if what was sent may arrive again, long after. */
  boolean mayRepeat();

  /** True if messages get through without more than the usual delay, as far as one can see. */
  boolean isFree(NodeId from, NodeId to);

  /** The process on this node has ended, whatever it was at. */
  void ended(NodeId node);

  /** Others may notice that, if the network tells them. */
  void othersNotice(NodeId gone);

  /** What this node has open with others breaks, most of it. */
  void breakConnections(NodeId node);

  /** The way from the one to the other gets narrow for so long, in nanoseconds. */
  void choke(NodeId from, NodeId to, long nanos);

  /** All ways are as wide as ever, and what was lost on them is sent again now. */
  void heal();
}
