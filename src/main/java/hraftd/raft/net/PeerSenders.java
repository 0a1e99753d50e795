package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A {@link PeerSender} for each peer that is spoken to, and which of them there are. {@link #send}
 * is for one thread, the other methods are for any.
 */
final class PeerSenders {

  private final NodeId self;
  private final String clusterId;
  private final Claim.Own process;
  private final PortSecurity security;
  private final RivalClaims rivals;
  private final PeerConnections connections;
  private final PeerEvents events;
  private final RateLimitedLog log;

  private final Map<NodeId, PeerSender> senders = new ConcurrentHashMap<>();

  /** Senders to nodes that are no longer members, until their threads have ended. */
  private final Queue<PeerSender> finishing = new ConcurrentLinkedQueue<>();

  private volatile Map<NodeId, HostPort> members = Map.of();

  // Guarded by this.
  private Membership newest = Membership.EMPTY;
  private Map<NodeId, HostPort> moved = Map.of();

  PeerSenders(
      NodeId self,
      String clusterId,
      Claim.Own process,
      PortSecurity security,
      RivalClaims rivals,
      PeerConnections connections,
      PeerEvents events,
      RateLimitedLog log) {
    this.self = self;
    this.clusterId = clusterId;
    this.process = process;
    this.security = security;
    this.rivals = rivals;
    this.connections = connections;
    this.events = events;
    this.log = log;
  }

  /** See {@link PeerTransport#send}. */
  void send(Message message) {
    NodeId to = message.to();
    PeerSender sender = senders.get(to);
    if (sender != null && !sender.usable()) {
      forget(to, sender);
      sender = null;
    }
    if (sender == null) {
      sender = newSender(to);
    }
    if (sender != null) {
      sender.send(message);
    }
  }

  /** Whole before or after a change of addresses, so that none of them misses it. */
  private synchronized @Nullable PeerSender newSender(NodeId to) {
    PeerSender sender;
    HostPort target = members.get(to);
    if (to.equals(self)) {
      return null;
    } else if (target != null) {
      PeerDialer dialer =
          new PeerDialer(
              to,
              () -> new Preamble(clusterId, self, to).by(process.now()),
              security,
              rivals,
              events::failed,
              log);
      sender = PeerSender.toMember(to, target, dialer, connections::read, events, log);
    } else {
      PeerConnection wayBack = connections.wayBack(to);
      if (wayBack == null) {
        return null;
      }
      sender = PeerSender.toStranger(wayBack, events, log);
    }
    senders.put(to, sender);
    return sender.start();
  }

  /** See {@link PeerTransport#members}. */
  synchronized void members(Membership membership) {
    newest = membership;
    address();
  }

  /** See {@link PeerTransport#relocate}. */
  synchronized void relocate(Map<NodeId, HostPort> addresses) {
    moved = Map.copyOf(addresses);
    address();
  }

  private void address() {
    Map<NodeId, HostPort> addresses = new HashMap<>();
    for (Member member : newest.members()) {
      addresses.put(member.node(), moved.getOrDefault(member.node(), member.raft()));
    }
    members = Map.copyOf(addresses);
    senders.forEach(
        (node, sender) -> {
          HostPort target = addresses.get(node);
          if (sender.toStranger() != (target == null)) {
            forget(node, sender);
          } else if (target != null) {
            sender.moveTo(target);
          }
        });
  }

  /** Where a member listens; null if this node is no member that is known. */
  @Nullable HostPort address(NodeId node) {
    return members.get(node);
  }

  /** Something has come from this peer. */
  void heard(NodeId peer) {
    PeerSender sender = senders.get(peer);
    if (sender != null) {
      sender.heard();
    }
  }

  /** See {@link PeerTransport#said}. */
  @Nullable WireFormat said(NodeId peer) {
    PeerSender sender = senders.get(peer);
    return sender == null ? null : sender.said();
  }

  /** True while anything is on its way to anyone, or may be. */
  boolean any() {
    return !senders.isEmpty() || finishing.stream().anyMatch(sender -> !sender.ended());
  }

  /** About what waits to be written to this peer, in bytes. */
  long queuedBytes(NodeId peer) {
    PeerSender sender = senders.get(peer);
    return sender == null ? 0 : sender.queuedBytes();
  }

  /** Looks for silent peers and for senders that are of no use any more. Called now and then. */
  void keepHouse() {
    for (Map.Entry<NodeId, PeerSender> each : senders.entrySet()) {
      each.getValue().checkSilence();
      if (!each.getValue().usable()) {
        forget(each.getKey(), each.getValue());
      }
    }
    finishing.removeIf(PeerSender::ended);
    finishing.forEach(PeerSender::abort);
  }

  private void forget(NodeId node, PeerSender sender) {
    if (senders.remove(node, sender)) {
      finishing.add(sender);
      sender.finish();
    }
  }

  /** Drops what is on its way and ends the threads; does not wait for them. */
  void close() {
    for (PeerSender sender : all()) {
      sender.finish();
      sender.abort();
    }
  }

  /** Waits for the end of the threads, after {@link #close}. */
  void join(Duration timeout) throws InterruptedException {
    for (PeerSender sender : all()) {
      sender.join(timeout);
    }
  }

  private List<PeerSender> all() {
    List<PeerSender> all = new ArrayList<>(senders.values());
    all.addAll(finishing);
    return all;
  }
}
