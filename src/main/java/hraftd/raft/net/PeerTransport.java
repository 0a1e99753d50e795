package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jgroups.JChannel;
import org.jgroups.stack.Configurator;
import org.jgroups.util.DefaultThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The Raft thread and the connections to the peers: a JGroups channel of two protocols, {@link
 * RaftTcp} and {@link RaftProtocol}. There is no group membership below Raft's own.
 *
 * <p>Threads: the Raft thread, one to write to each peer ({@link PeerSender}), one to read from
 * each connection, one that admits connections ({@link Admission}) and one that takes them.
 */
public final class PeerTransport implements RaftTransport {

  /** How often silent peers are looked for. */
  private static final Duration HOUSEKEEPING = Duration.ofMillis(500);

  /** An attempt to connect and to greet takes less. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final NodeId self;
  private final String clusterId;
  private final HostPort bind;
  private final RateLimitedLog log =
      new RateLimitedLog(LoggerFactory.getLogger(PeerTransport.class), System::nanoTime);

  private final Map<NodeId, PeerSender> senders = new ConcurrentHashMap<>();

  /** Senders to nodes that are no longer members, until their threads have ended. */
  private final Queue<PeerSender> finishing = new ConcurrentLinkedQueue<>();

  private volatile Map<NodeId, HostPort> members = Map.of();
  private volatile @Nullable Running running;

  /** What exists from {@link #start} on. */
  private record Running(JChannel channel, RaftProtocol protocol, PeerConnections server) {}

  /**
   * Prepares; nothing is opened before {@link #start}.
   *
   * @param self who this node is
   * @param clusterId peers of another cluster are refused, and refuse us
   * @param bind where to listen for peers
   */
  public PeerTransport(NodeId self, String clusterId, HostPort bind) {
    this.self = self;
    this.clusterId = clusterId;
    this.bind = bind;
  }

  /**
   * Starts the Raft thread and listens. Once only.
   *
   * @throws BindException if the address is taken or not of this machine; the message says which
   */
  @SuppressWarnings("FutureReturnValueIgnored") // The timer's, which ends with the channel.
  public void start(RaftEvents events) throws IOException {
    Admission admission = listen();
    try {
      DefaultThreadFactory threads = new DefaultThreadFactory("raft-net", true);
      PeerConnections server = new PeerConnections(threads, self, clusterId, admission, log);
      RaftProtocol protocol = new RaftProtocol(self, events);
      RaftTcp tcp = new RaftTcp(server, this::heard, log);
      server.listen(this::isMember, protocol::peerDown);
      // Else JGroups looks for an address to bind to, and warns where there is only a loopback.
      Configurator.skipSettingDefaultValues(true);
      JChannel channel = new JChannel(tcp, protocol);
      running = new Running(channel, protocol, server);
      channel.setName(self.toString());
      channel.connect("raft");
      tcp.getTimer()
          .scheduleWithFixedDelay(
              this::keepHouse,
              HOUSEKEEPING.toMillis(),
              HOUSEKEEPING.toMillis(),
              TimeUnit.MILLISECONDS,
              /* blocking= */ false);
    } catch (Exception e) {
      admission.close();
      close();
      throw e instanceof IOException io ? io : new IOException("cannot start the transport", e);
    }
  }

  private Admission listen() throws IOException {
    InetSocketAddress address = bind.resolve();
    if (address.isUnresolved()) {
      throw new BindException("cannot listen on " + bind + ": the host is unknown");
    }
    try {
      return new Admission(address, p -> Verdict.of(p, clusterId, self), log);
    } catch (BindException e) {
      BindException told = new BindException("cannot listen on " + bind + ": " + e.getMessage());
      told.initCause(e);
      throw told;
    }
  }

  /** The port that it listens on: the one that was asked for, or what 0 has become. */
  public int port() {
    return started().server.admission().address().getPort();
  }

  private Running started() {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException("not started");
    }
    return current;
  }

  @Override
  public void execute(Runnable task) {
    started().protocol.execute(task);
  }

  @Override
  public void send(Message message) {
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

  private @Nullable PeerSender newSender(NodeId to) {
    Running current = started();
    PeerSender sender;
    HostPort target = members.get(to);
    if (to.equals(self)) {
      return null;
    } else if (target != null) {
      RaftProtocol protocol = current.protocol;
      sender =
          PeerSender.toMember(to, target, current.server, protocol::peerDown, protocol::fail, log);
    } else {
      PeerAddress wayBack = current.server.wayBack(to);
      if (wayBack == null) {
        return null;
      }
      sender = PeerSender.toStranger(wayBack, current.server, current.protocol::fail, log);
    }
    senders.put(to, sender);
    return sender.start();
  }

  @Override
  public void members(Membership membership) {
    Map<NodeId, HostPort> addresses = new HashMap<>();
    membership.members().forEach(member -> addresses.put(member.node(), member.raft()));
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

  private boolean isMember(NodeId node) {
    return members.containsKey(node);
  }

  /** True while anything is on its way to anyone, or may be. */
  boolean hasSenders() {
    return !senders.isEmpty() || finishing.stream().anyMatch(sender -> !sender.ended());
  }

  /** About what waits to be written to this peer, in bytes. */
  long queuedBytes(NodeId peer) {
    PeerSender sender = senders.get(peer);
    return sender == null ? 0 : sender.queuedBytes();
  }

  private void forget(NodeId node, PeerSender sender) {
    if (senders.remove(node, sender)) {
      finishing.add(sender);
      sender.finish();
    }
  }

  private void heard(NodeId peer) {
    PeerSender sender = senders.get(peer);
    if (sender != null) {
      sender.heard();
    }
  }

  private void keepHouse() {
    for (Map.Entry<NodeId, PeerSender> each : senders.entrySet()) {
      each.getValue().checkSilence();
      if (!each.getValue().usable()) {
        forget(each.getKey(), each.getValue());
      }
    }
    finishing.removeIf(PeerSender::ended);
    finishing.forEach(PeerSender::abort);
  }

  @Override
  public void close() {
    Running current = running;
    if (current == null) {
      return;
    }
    current.protocol.stop();
    List<PeerSender> all = new ArrayList<>(senders.values());
    all.addAll(finishing);
    all.forEach(PeerSender::finish);
    all.forEach(PeerSender::abort);
    current.channel.close();
    try {
      for (PeerSender sender : all) {
        sender.join(STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
