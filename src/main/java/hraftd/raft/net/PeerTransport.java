package hraftd.raft.net;

import hraftd.raft.HostPort;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.WireFormat;
import hraftd.raft.core.Message;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raft's messages on their way from and to the peers, over TCP connections, plain or under TLS.
 *
 * <p>Threads: one to write to each peer ({@link PeerSender}), one to read from each connection
 * ({@link PeerConnections}), one that admits connections ({@link Admission}), and one that looks
 * for silent peers. {@link #send} and {@link #members} are for one thread of the caller's, the
 * other methods for any.
 */
public final class PeerTransport implements AutoCloseable {

  /** How often silent peers are looked for. */
  private static final Duration HOUSEKEEPING = Duration.ofMillis(500);

  /** An attempt to connect and to greet takes less. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

  private final NodeId self;
  private final String clusterId;
  private final HostPort bind;
  private final PortSecurity security;
  private final Patience patience;
  private final RateLimitedLog log;

  private final RivalClaims rivals = new RivalClaims(System::nanoTime);

  private volatile Set<NodeId> trusted = Set.of();
  private volatile @Nullable Running running;

  /** What exists from {@link #start} on. */
  private record Running(
      PeerConnections connections,
      PeerSenders senders,
      Admission admission,
      ScheduledExecutorService timer) {}

  /**
   * Prepares; nothing is opened before {@link #start}.
   *
   * @param self who this node is
   * @param clusterId peers of another cluster are refused, and refuse us
   * @param bind where to listen for peers
   * @param security what the peers have to prove and to show, and this node to them
   */
  public PeerTransport(NodeId self, String clusterId, HostPort bind, PortSecurity security) {
    this(
        self,
        clusterId,
        bind,
        security,
        Patience.USUAL,
        LoggerFactory.getLogger(PeerTransport.class));
  }

  /** The same with this patience, and a log to warn in. */
  PeerTransport(
      NodeId self,
      String clusterId,
      HostPort bind,
      PortSecurity security,
      Patience patience,
      Logger warnings) {
    this.self = self;
    this.clusterId = clusterId;
    this.bind = bind;
    this.security = security;
    this.patience = patience;
    this.log = new RateLimitedLog(warnings, System::nanoTime);
  }

  /**
   * Listens, and from now on tells what comes. Once only.
   *
   * @throws BindException if the address is taken or not of this machine; the message says which
   */
  public void start(PeerEvents events) throws IOException {
    PeerConnections connections = new PeerConnections(new Incoming(events), patience.frame(), log);
    Admission admission = listen(connections);
    Claim.Own process = new Claim.Own(admission.address().getPort());
    PeerSenders senders =
        new PeerSenders(self, clusterId, process, security, rivals, connections, events, log);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "raft-net-timer");
              thread.setDaemon(true);
              return thread;
            });
    running = new Running(connections, senders, admission, timer);
    long millis = HOUSEKEEPING.toMillis();
    var unused =
        timer.scheduleWithFixedDelay(
            () -> keepHouse(senders, connections, events), millis, millis, TimeUnit.MILLISECONDS);
    admission.start();
  }

  private static void keepHouse(
      PeerSenders senders, PeerConnections connections, PeerEvents events) {
    try {
      senders.keepHouse();
      connections.closeOverdue();
    } catch (Throwable e) {
      events.failed(e);
    }
  }

  private Admission listen(PeerConnections connections) throws IOException {
    InetSocketAddress address = bind.resolve();
    if (address.isUnresolved()) {
      throw new BindException("cannot listen on " + bind + ": the host is unknown");
    }
    try {
      return new Admission(address, security, patience.greeting(), new Door(connections), log);
    } catch (BindException e) {
      BindException told = new BindException("cannot listen on " + bind + ": " + e.getMessage());
      told.initCause(e);
      throw told;
    }
  }

  /** The port that it listens on: the one that was asked for, or what 0 has become. */
  public int port() {
    return started().admission.address().getPort();
  }

  private Running started() {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException("not started");
    }
    return current;
  }

  /**
   * Sends; never blocks. What cannot be sent (no connection, a full buffer) is dropped: Raft
   * repeats what matters.
   */
  public void send(Message message) {
    started().senders.send(message);
  }

  /**
   * The newest addresses of the members, who are all trusted from now on: see {@link #trust}.
   * Others are only answered, on the connection that they have opened: a node that joins does not
   * know where the leader is before it has the configuration, and one that was removed has to be
   * told.
   */
  public void members(Membership membership) {
    started().senders.members(membership);
    Set<NodeId> before = trusted;
    if (!before.isEmpty()) { // Before they are told that they are members, and speak as such.
      Set<NodeId> more = new HashSet<>(before);
      membership.members().forEach(member -> more.add(member.node()));
      trusted = Set.copyOf(more);
    }
  }

  /** Where members listen that have moved, whatever {@link #members} says of them. Any thread. */
  public void relocate(Map<NodeId, HostPort> addresses) {
    started().senders.relocate(addresses);
  }

  /**
   * Who may say all that a member may; others may ask for votes and answer, and little of that. At
   * first, and if this is empty, everybody is trusted: a node that joins knows nobody.
   */
  public void trust(Set<NodeId> nodes) {
    trusted = Set.copyOf(nodes);
  }

  /**
   * The newest format that this node and a member both know, as the member itself has said when it
   * was connected to last; null if it was not yet.
   */
  public @Nullable WireFormat said(NodeId member) {
    Running current = running;
    return current == null ? null : current.senders.said(member);
  }

  /** Of which nodes there are two processes, in sentences for people. Any thread. */
  public List<String> rivals() {
    return rivals.told();
  }

  /** True while anything is on its way to anyone, or may be. */
  boolean hasSenders() {
    return started().senders.any();
  }

  /** About what waits to be written to this peer, in bytes. */
  long queuedBytes(NodeId peer) {
    return started().senders.queuedBytes(peer);
  }

  /** Closes all connections, and waits for the threads. May be called again. */
  @Override
  public void close() {
    Running current = running;
    if (current == null) {
      return;
    }
    current.timer.shutdownNow();
    current.admission.close();
    current.senders.close();
    current.connections.close();
    try {
      current.senders.join(STOP_TIMEOUT);
      current.connections.join(STOP_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Who may come in. */
  private final class Door implements Admission.Doorkeeper {
    private final PeerConnections connections;

    Door(PeerConnections connections) {
      this.connections = connections;
    }

    @Override
    public Verdict judge(
        Preamble preamble, HostPort remote, @Nullable X509Certificate certificate) {
      if (connections.full()) {
        return new Verdict(Verdict.Reason.OVERLOADED, "");
      }
      Verdict verdict = Verdict.of(preamble, clusterId, self);
      if (verdict.reason() != Verdict.Reason.ADMITTED) {
        return verdict;
      }
      HostPort known = started().senders.address(preamble.from());
      if (certificate != null
          && known != null
          && !CertificateNames.include(certificate, known.host())) {
        return new Verdict(Verdict.Reason.OTHER_HOST, known.host());
      }
      Claim claim = preamble.claim();
      if (claim == null) {
        return verdict;
      }
      HostPort elder = connections.elder(preamble.from(), claim);
      if (elder == null) {
        return verdict;
      }
      Verdict twice = Verdict.claimedTwice(elder, new HostPort(remote.host(), claim.port()));
      if (trusted.contains(preamble.from())) { // Else anybody could fill what operators read.
        rivals.tell(preamble.from(), twice.explain(preamble, "this node"));
      }
      return twice;
    }

    @Override
    public void welcome(Preamble preamble, Wire wire) {
      connections.welcome(preamble, wire);
    }
  }

  /** What becomes of frames. */
  private final class Incoming implements PeerConnections.Receiver {
    private final PeerEvents events;

    Incoming(PeerEvents events) {
      this.events = events;
    }

    @Override
    public boolean isMember(NodeId node) {
      return trusted.contains(node);
    }

    @Override
    public boolean isTrusted(NodeId node) {
      Set<NodeId> some = trusted;
      return some.isEmpty() || some.contains(node);
    }

    @Override
    public List<Message> decode(PeerConnection from, byte[] body) {
      List<Message> messages = MessageCodec.decode(body, from.format());
      Message first = messages.get(0);
      if (!first.to().equals(self) || !first.from().equals(from.peer())) {
        throw new IllegalArgumentException("a message from " + first.from() + " to " + first.to());
      }
      boolean stranger = !isTrusted(from.peer());
      for (Message message : messages) {
        MessageRules.check(message);
        if (stranger && !message.mayBeAStrangers()) {
          throw new IllegalArgumentException(
              "it is no member here, and may not say " + message.getClass().getSimpleName());
        }
      }
      return messages;
    }

    @Override
    public void received(Received received) {
      started().senders.heard(received.messages().get(0).from());
      events.received(received);
    }

    @Override
    public void closedByPeer(NodeId peer) {
      events.peerDown(peer);
    }

    @Override
    public void failed(Throwable cause) {
      events.failed(cause);
    }
  }
}
