package hraftd.jgroups;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.RaftSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.MFC;
import org.jgroups.protocols.TCP;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.UFC;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.protocols.raft.ELECTION2;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.InMemoryLog;
import org.jgroups.protocols.raft.NO_DUPES;
import org.jgroups.protocols.raft.RAFT;
import org.jgroups.protocols.raft.REDIRECT;
import org.jgroups.stack.Configurator;
import org.jgroups.stack.Protocol;

/** The protocols of a node, bottom to top, each setting with its reason. */
final class JGroupsStack {

  /** What the directory of the log is called, without {@code .log}. */
  static final String LOG_PREFIX = "jgroups";

  /** As in every stack that JGroups ships. */
  private static final int FRAGMENT_BYTES = 60_000;

  /** Bundles of messages are up to 64 kB; a length prefix above this is not JGroups'. */
  private static final int MAX_FRAME_BYTES = 1 << 20;

  /** An address that nobody answers at must not hold up the messages to the others. */
  private static final int CONNECT_MILLIS = 300;

  /**
   * So many times hraftd's own timeouts: every member that is suspected wrongly costs an election,
   * and here elections are where data is lost. A process that died is noticed at once all the same,
   * by its connections.
   */
  private static final int PATIENCE = 5;

  /** How long a suspect has to object. */
  private static final long OBJECTION_MILLIS = 300;

  /** Partitions are looked for this often; healed ones have merged within 2.5 s. */
  private static final long MERGE_MIN_MILLIS = 500;

  private static final long MERGE_MAX_MILLIS = 1500;

  /** What was lost is asked for again after this. */
  private static final long RETRANSMIT_MILLIS = 500;

  /**
   * How long a node looks for a group to join. With less, nodes that start at the same time begin
   * groups of their own, which merge later.
   */
  private static final long JOIN_MILLIS = 2000;

  /** So often it asks in that time. */
  private static final int QUESTIONS = 10;

  /** How long the founder of a group looks for one: there is none. */
  private static final long FOUND_MILLIS = 50;

  /** How often a node looks, or asks to be let in, before it begins a group of its own. */
  private static final int JOIN_ATTEMPTS = 10;

  /** What is on its way to a member at most before the sender waits for it. */
  private static final long CREDIT_BYTES = 5_000_000;

  /** How long the members have to vote. */
  private static final long VOTE_MILLIS = 600;

  /**
   * After so long a pause without any request the leader tells followers what is committed, and
   * sends those that lag what they miss. A node answers when it has applied an entry itself, so a
   * client of a follower waits for this, unless others write.
   */
  private static final long RESEND_MILLIS = 20;

  /**
   * For the requests of every member and the messages between them; see {@link PendingRequests}.
   */
  private static final int QUEUE_FOR_EACH_MEMBER = 2 * PendingRequests.MAX_REQUESTS;

  private JGroupsStack() {}

  /**
   * A channel that is not connected yet.
   *
   * @param settings with all members in {@code initial}: they never change
   * @throws Exception what JGroups throws if a setting is wrong
   */
  static JChannel channel(RaftSettings settings) throws Exception {
    // Else JGroups looks for an address to bind to, and warns where there is only a loopback.
    Configurator.skipSettingDefaultValues(true);
    // The first in the group is the first to lead.
    boolean founds = settings.campaign() || settings.initial().members().size() == 1;
    List<Protocol> protocols =
        List.of(
            transport(settings),
            new TCPPING()
                .setInitialHosts(addresses(settings, founds))
                .setPortRange(0) // each member is at its own port, not somewhere behind it
                .numDiscoveryRuns(QUESTIONS),
            new MERGE3().setMinInterval(MERGE_MIN_MILLIS).setMaxInterval(MERGE_MAX_MILLIS),
            new FD_ALL3()
                .setTimeout(PATIENCE * settings.electionTimeout().toMillis())
                .setInterval(PATIENCE * settings.heartbeat().toMillis()),
            new VERIFY_SUSPECT2().setTimeout(OBJECTION_MILLIS),
            new NAKACK2()
                .useMcastXmit(false) // TCP has no multicast
                .setXmitInterval(RETRANSMIT_MILLIS)
                .logDiscardMessages(false), // of those that are not in the view yet
            new UNICAST3().setXmitInterval(RETRANSMIT_MILLIS),
            new STABLE(),
            new NO_DUPES(), // a node that is started again must wait until its old self is missed
            new GMS()
                .printLocalAddress(false) // to standard output
                .setJoinTimeout(founds ? FOUND_MILLIS : JOIN_MILLIS)
                .setMaxJoinAttempts(JOIN_ATTEMPTS),
            new UFC().setMaxCredits(CREDIT_BYTES),
            new MFC().setMaxCredits(CREDIT_BYTES),
            new FRAG2().setFragSize(FRAGMENT_BYTES),
            new ELECTION2().voteTimeout(VOTE_MILLIS),
            raft(settings),
            new REDIRECT());
    JChannel channel = new JChannel(protocols);
    TP transport = channel.getProtocolStack().getTransport();
    transport.getDiagnosticsHandler().setEnabled(false); // tells anybody, and can be told, anything
    return channel.name(settings.self().id());
  }

  private static TP transport(RaftSettings settings) {
    TCP tcp = new TCP();
    InetSocketAddress bind = settings.bind().resolve();
    tcp.setBindAddr(bind.getAddress());
    tcp.setBindPort(bind.getPort());
    tcp.setPortRange(0); // a port that is taken is an error, not a reason to take the next
    if (bind.getAddress().isAnyLocalAddress()) {
      external(settings, tcp);
    }
    tcp.setSockConnTimeout(CONNECT_MILLIS);
    tcp.tcpNodelay(true); // a batch goes out at once
    tcp.enableSuspectEvents(true); // a closed connection is noticed at once; no second port for it
    tcp.setMaxLength(MAX_FRAME_BYTES);
    tcp.logDetails(false); // no stack trace for what the network did
    tcp.setBundlerType("per-destination"); // else one that is not there holds up all
    return tcp;
  }

  /** Where the others reach a node that listens on every address. */
  private static void external(RaftSettings settings, TCP tcp) {
    Member self = settings.initial().find(settings.self());
    InetAddress address = self == null ? null : self.raft().resolve().getAddress();
    if (self != null && address != null) {
      tcp.setExternalAddr(address);
      tcp.setExternalPort(self.raft().port());
    }
  }

  /**
   * The members whose names are known now; the others look for this node when they start. A founder
   * has only itself to look at.
   */
  private static List<InetSocketAddress> addresses(RaftSettings settings, boolean founds) {
    return settings.initial().members().stream()
        .filter(member -> !founds || member.node().equals(settings.self()))
        .map(Member::raft)
        .map(HostPort::resolve)
        .filter(address -> !address.isUnresolved())
        .toList();
  }

  private static RAFT raft(RaftSettings settings) {
    List<String> members = settings.initial().members().stream().map(Member::id).toList();
    RAFT raft =
        new RAFT()
            .raftId(settings.self().id())
            .members(members)
            .logPrefix(LOG_PREFIX)
            .logUseFsync(true) // it is off by default
            .maxLogCacheSize(0) // the cache is read by two threads and made for one
            .maxLogSize(settings.snapshotBytes())
            .resendInterval(RESEND_MILLIS)
            // Leader and a follower that lags would tell each other so without end, and nothing
            // else.
            .sendCommitsImmediately(false);
    raft.setValue("dynamic_view_changes", false);
    raft.setValue("processing_queue_max_size", members.size() * QUEUE_FOR_EACH_MEMBER);
    if (settings.directory() == null) {
      raft.logClass(InMemoryLog.class.getName());
      raft.logPrefix(settings.self().toString()); // all of one process are in one map
    } else {
      raft.logClass(FileBasedLog.class.getName()).logDir(settings.directory().toString());
    }
    return raft;
  }
}
