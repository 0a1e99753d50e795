package hraftd.raft.net;

import hraftd.raft.NodeId;
import java.net.InetSocketAddress;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jgroups.stack.IpAddress;

/**
 * The other end of one connection: where it is and who it is. Equal only to itself, so that JGroups
 * never takes a connection for another one to the same address. Never serialized.
 */
final class PeerAddress extends IpAddress {
  private final NodeId node;
  private final Lock lock = new ReentrantLock();

  PeerAddress(NodeId node, InetSocketAddress address) {
    super(address);
    this.node = node;
  }

  NodeId node() {
    return node;
  }

  /** Held by JGroups while it makes or removes the connection. */
  Lock lock() {
    return lock;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return node + " at " + super.toString();
  }
}
