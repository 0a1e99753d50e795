package hraftd;

import hraftd.cluster.Endpoints;
import hraftd.http.HostCheck;
import hraftd.http.WebOrigin;
import hraftd.logging.LogFormat;
import hraftd.raft.HostPort;
import hraftd.security.NodeTls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** What a command line asks for, read and checked. */
sealed interface Invocation {

  /** Rot is rare, and what two copies elsewhere have is not lost in a day. */
  Duration SCRUB = Duration.ofHours(24);

  /**
   * To run a node.
   *
   * @param name the node's own name, for people
   * @param http where it listens for clients
   * @param raft where it listens for its peers
   * @param advertised where others reach it, if not there
   * @param beginning how it comes into a cluster
   * @param let who may ask besides those who may without a word
   * @param security who is let in
   * @param inMemory true if nothing is to be kept
   * @param engine the name of what replicates: one of {@link Engines}
   * @param scrub how often its files are read again; zero: never
   * @param log what it logs, and how
   * @param directory where everything is kept; null only in memory
   */
  record Run(
      String name,
      HostPort http,
      HostPort raft,
      Endpoints.Advertised advertised,
      Beginning beginning,
      Let let,
      Security security,
      boolean inMemory,
      String engine,
      Duration scrub,
      Log log,
      @Nullable Path directory)
      implements Invocation {

    /** The HTTP address that others are told, or a wildcard of this machine. */
    HostPort httpForOthers() {
      return advertised.http() == null ? http : advertised.http();
    }

    /** The same for Raft. */
    HostPort raftForOthers() {
      return advertised.raft() == null ? raft : advertised.raft();
    }
  }

  /**
   * How a node comes into a cluster that belongs to none yet. At most one of the ways is given.
   *
   * @param join nodes to ask, in turn, to be added to their cluster; empty: none
   * @param learner true to join without a vote
   * @param bootstrap true to found a cluster of this node alone
   * @param setup the file with the body of /setup; null: none
   * @param move true if the member that the directory belongs to has other addresses now; then
   *     {@code join} is where the others are, if they have moved as well
   */
  record Beginning(
      List<HostPort> join, boolean learner, boolean bootstrap, @Nullable Path setup, boolean move) {

    /** By a request to /setup or /join. */
    static final Beginning ASKED = new Beginning(List.of(), false, false, null, false);

    /** By asking these. */
    static Beginning joining(List<HostPort> join) {
      return new Beginning(join, false, false, null, false);
    }

    /** Alone. */
    static Beginning founding() {
      return new Beginning(List.of(), false, /* bootstrap= */ true, null, false);
    }
  }

  /**
   * Whom the HTTP port answers although it would not by itself.
   *
   * @param origins web pages besides its own
   * @param hosts names that it goes by besides those of its cluster; {@link HostCheck#ANY}
   */
  record Let(Set<WebOrigin> origins, Set<String> hosts) {

    /** Nobody else. */
    static final Let NONE = new Let(Set.of(), Set.of());
  }

  /**
   * Who is let in, and how that is found out.
   *
   * @param auth the file with the secret of the nodes; null: nobody is asked who they are
   * @param authOptional true if who shows nothing is let in all the same
   * @param tls how both ports speak TLS; null: they do not
   * @param strict true if a node that others reach does not start without either
   * @param auditWrites true if each change of a key is written down
   */
  record Security(
      @Nullable Path auth,
      boolean authOptional,
      @Nullable Tls tls,
      boolean strict,
      boolean auditWrites) {

    /** Everybody is. */
    static final Security NONE = new Security(null, false, null, false, false);
  }

  /**
   * How the ports speak TLS.
   *
   * @param files with the certificates and the key
   * @param clientCertificates true if HTTP clients must show a certificate
   * @param optional true if the ports take what is not TLS as well
   */
  record Tls(NodeTls.Files files, boolean clientCertificates, boolean optional) {}

  /**
   * How a node logs.
   *
   * @param level the lowest that is written
   * @param format how a line looks
   */
  record Log(Level level, LogFormat format) {

    /** What operators want to know, for people. */
    static final Log USUAL = new Log(Level.INFO, LogFormat.TEXT);
  }

  /**
   * To make a cluster of a member's directory alone, and then to run a node there.
   *
   * @param run the node; its directory is not null
   * @param compare other members' directories, which may hold more
   */
  record Recover(Run run, List<Path> compare) implements Invocation {}

  /**
   * To say what directories and backups hold.
   *
   * @param paths at least one
   */
  record Inspect(List<Path> paths) implements Invocation {}

  /** To print this text on standard output and end with 0. */
  record Print(String text) implements Invocation {}

  /** It is wrong: this line goes to standard error and the exit code is 2. */
  record Wrong(String line) implements Invocation {}

  /** What is wrong, with where to look. */
  static Wrong wrong(String why) {
    return new Wrong("hraftd: " + why + " (hraftd -help lists the flags)");
  }
}
