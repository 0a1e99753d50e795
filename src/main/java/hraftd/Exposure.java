package hraftd;

import hraftd.raft.HostPort;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** What is open to others than this machine, by the command line. */
final class Exposure {

  private Exposure() {}

  /**
   * What should not be open but is, in sentences; empty if nothing. May block on the name service.
   */
  static List<String> warnings(Invocation.Run flags) {
    List<String> open = new ArrayList<>();
    if (!isLoopback(flags.http())) {
      open.add("-haddr");
    }
    if (!isLoopback(flags.raft())) {
      open.add("-raddr");
    }
    List<String> warnings = new ArrayList<>();
    if (open.isEmpty()) {
      return warnings;
    }
    String reached = "others than this machine reach " + String.join(" and ", open) + ", ";
    Invocation.Security security = flags.security();
    Invocation.Tls tls = security.tls();
    if (tls == null) {
      warnings.add(reached + "and it is not private: no TLS (-cert)");
    } else if (tls.optional()) {
      warnings.add(reached + "and what is not TLS is taken, too (-tls-optional)");
    }
    if (security.auth() == null) {
      warnings.add(reached + "and nobody is asked who they are (-auth)");
    } else if (security.authOptional()) {
      warnings.add(reached + "and who shows no token may do all (-auth-optional)");
    }
    if (flags.engine().equals(Engines.JGROUPS_RAFT) && open.contains("-raddr")) {
      warnings.add("others than this machine reach -raddr, where jgroups-raft asks for no secret");
    }
    return warnings;
  }

  /** One that is not known yet is said to be wrong elsewhere. */
  private static boolean isLoopback(HostPort address) {
    InetAddress listens = address.resolve().getAddress();
    return listens == null || listens.isLoopbackAddress();
  }
}
