package hraftd;

import hraftd.cluster.ClusterRecord;
import hraftd.cluster.Endpoints;
import hraftd.raft.HostPort;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node says to whoever starts it. */
final class StartMessages {

  private static final Logger LOG = LoggerFactory.getLogger(StartMessages.class);

  private StartMessages() {}

  /** Flags that are for a new node may stand in a unit file for ever: no reason not to start. */
  static void sayWhatHasNoEffect(Invocation.Run flags, ClusterRecord record) {
    String member = "member " + record.self().id() + " of cluster " + record.clusterId();
    if (flags.beginning().bootstrap()) {
      LOG.info("-bootstrap founds nothing: the directory belongs to {}", member);
    }
    if (flags.beginning().setup() != null) {
      LOG.info("-setup forms nothing: the directory belongs to {}", member);
    }
    if (!flags.beginning().join().isEmpty() && !flags.beginning().move()) {
      LOG.info(
          "-join enters no other cluster: the directory belongs to {}{}; for another one start with"
              + " an empty directory",
          member,
          record.removed() ? ", which was removed" : "");
    }
  }

  /** The line that says that the node listens. */
  static String greeting(Invocation.Run flags, Endpoints place, @Nullable ClusterRecord record) {
    String what;
    if (record == null) {
      what = waitingFor(flags.beginning());
    } else {
      what =
          (record.removed() ? "removed member " : "member ")
              + record.self().id()
              + " of cluster "
              + record.clusterId();
    }
    return "hraftd "
        + place.name()
        + " listening on "
        + (flags.security().tls() == null ? "http://" : "https://")
        + shown(place.http())
        + ", raft "
        + shown(place.raft())
        + ", "
        + what;
  }

  private static String waitingFor(Invocation.Beginning beginning) {
    if (beginning.setup() != null) {
      return "waiting for the nodes in " + beginning.setup();
    }
    return beginning.join().isEmpty()
        ? "waiting for /setup"
        : "joining through "
            + String.join(", ", beginning.join().stream().map(HostPort::toString).toList());
  }

  private static HostPort shown(HostPort address) {
    return address.host().isEmpty() ? new HostPort("0.0.0.0", address.port()) : address;
  }
}
