package hraftd;

import hraftd.cluster.HttpPeers;
import hraftd.cluster.PeerProof;
import hraftd.cluster.PeerTls;
import hraftd.cluster.Protection;
import hraftd.cluster.Protection.Mode;
import hraftd.http.Access;
import hraftd.http.HostCheck;
import hraftd.http.Https;
import hraftd.http.OriginCheck;
import hraftd.http.RequestCheck;
import hraftd.http.api.ParameterHints;
import hraftd.http.api.Store;
import hraftd.http.api.TokenAccess;
import hraftd.http.api.WriteAudit;
import hraftd.logging.RotatedFile;
import hraftd.metrics.Metrics;
import hraftd.raft.net.PortSecrets;
import hraftd.raft.net.PortSecurity;
import hraftd.raft.net.PortTls;
import hraftd.security.NodeProof;
import hraftd.security.NodeTls;
import hraftd.security.Secret;
import hraftd.security.UnusableFileException;
import hraftd.security.WallClock;
import hraftd.security.WatchedFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node was told about who is let in, read from its files and ready for use. */
final class NodeSecurity implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NodeSecurity.class);

  private final Invocation.Run flags;
  private final Invocation.Security told;
  private final WatchedFiles files;
  private final @Nullable Secret secret;
  private final @Nullable NodeTls tls;

  private final List<String> exposed;

  /** Null while nothing is audited. */
  private @Nullable RotatedFile audited;

  private NodeSecurity(Invocation.Run flags, Duration interval) throws StartException {
    this.flags = flags;
    this.told = flags.security();
    this.exposed = Exposure.warnings(flags);
    if (told.strict() && !exposed.isEmpty()) {
      throw new StartException(StartException.USAGE, "-strict: " + String.join("; ", exposed));
    }
    exposed.forEach(warning -> LOG.warn("{}", warning));
    this.files = new WatchedFiles(interval);
    this.secret = told.auth() == null ? null : secret(told.auth(), files);
    this.tls = told.tls() == null ? null : tls(told.tls().files(), files);
  }

  /**
   * Reads the files.
   *
   * @param interval how often they are looked at
   * @throws StartException if one cannot be used, or -strict forbids what the flags leave open
   */
  static NodeSecurity open(Invocation.Run flags, Duration interval) throws StartException {
    return new NodeSecurity(flags, interval);
  }

  private static Secret secret(Path file, WatchedFiles files) throws StartException {
    try {
      return Secret.of(file, files);
    } catch (NoSuchFileException e) {
      throw new StartException(
          StartException.TEMPORARY, "-auth: the file " + file + " is not there", e);
    } catch (IOException e) {
      throw new StartException(
          StartException.TEMPORARY, "-auth: cannot read " + file + ": " + e.getMessage(), e);
    } catch (UnusableFileException e) {
      throw new StartException(StartException.USAGE, "-auth: " + e.getMessage(), e);
    }
  }

  private static NodeTls tls(NodeTls.Files where, WatchedFiles files) throws StartException {
    try {
      return NodeTls.of(where, files, WallClock::now);
    } catch (NoSuchFileException e) {
      throw new StartException(
          StartException.TEMPORARY, "-cert, -key, -ca: " + e.getMessage() + " is not there", e);
    } catch (IOException e) {
      throw new StartException(
          StartException.TEMPORARY, "-cert, -key, -ca: cannot be read: " + e.getMessage(), e);
    } catch (UnusableFileException e) {
      throw new StartException(StartException.USAGE, "-cert, -key, -ca: " + e.getMessage(), e);
    }
  }

  /**
   * Who may ask what of a node with these stores.
   *
   * @param names of this node
   * @param port where it listens for HTTP
   */
  Access access(Supplier<@Nullable Store> stores, OwnNames names, int port) {
    int advertised = flags.httpForOthers().port();
    Set<Integer> ports = advertised == 0 ? Set.of(port) : new TreeSet<>(List.of(port, advertised));
    OwnAddresses own = new OwnAddresses(ports, flags.let().hosts(), names::isOwn);
    return secret == null
        ? Access.OPEN
        : new TokenAccess(secret, told.authOptional(), stores, own, WallClock::millis);
  }

  /**
   * Writes down who changes what, if it is to be.
   *
   * @param directory of the node; null only where nothing is audited
   * @throws StartException if it cannot be written there
   */
  WriteAudit audit(@Nullable Path directory) throws StartException {
    if (!told.auditWrites() || directory == null) {
      return WriteAudit.NONE;
    }
    try {
      RotatedFile opened = new RotatedFile(directory.resolve("audit"), "writes");
      audited = opened;
      return new WriteAudit(opened::append, WallClock::now);
    } catch (IOException e) {
      throw new StartException(
          StartException.TEMPORARY, "-audit: cannot write to " + directory + "/audit: " + e, e);
    }
  }

  /**
   * What every request is checked for.
   *
   * @param names of this node
   */
  RequestCheck requestCheck(OwnNames names) {
    // A page that has this node's address under another name has no token.
    boolean isEveryRequestAsked = secret != null && !told.authOptional();
    HostCheck host =
        new HostCheck(
            names.loopbackOnly(),
            isEveryRequestAsked ? Set.of(HostCheck.ANY) : flags.let().hosts(),
            names,
            HttpPeers.NODE);
    return new RequestCheck(
        host, new OriginCheck(schemes(), flags.let().origins()), ParameterHints.ALL);
  }

  /** What this node shows others on their HTTP ports. */
  PeerProof peerProof() {
    Secret known = secret;
    return known == null
        ? PeerProof.NONE
        : (method, address, target) ->
            NodeProof.header(
                known.accepted().get(0),
                new NodeProof.Asked(method, address.toString(), target),
                WallClock.millis());
  }

  /** What nodes ask of each other on the Raft port. */
  PortSecurity portSecurity() {
    return new PortSecurity(portSecrets(), portTls());
  }

  private @Nullable PortTls portTls() {
    NodeTls own = tls;
    Invocation.Tls how = told.tls();
    return own == null || how == null
        ? null
        : new PortTls() {
          @Override
          public SSLContext context() {
            return own.presentContext();
          }

          @Override
          public boolean optional() {
            return how.optional();
          }
        };
  }

  private PortSecrets portSecrets() {
    Secret own = secret;
    return own == null
        ? PortSecrets.NONE
        : new PortSecrets() {
          @Override
          public List<byte[]> accepted() {
            return own.accepted();
          }

          @Override
          public boolean optional() {
            return told.authOptional();
          }
        };
  }

  /** How the HTTP port speaks HTTPS; null: it does not. */
  @Nullable Https https() {
    return tls == null || told.tls() == null
        ? null
        : new Https(tls.context(), told.tls().optional(), told.tls().clientCertificates());
  }

  /** How other nodes are asked over HTTPS; null: they are not. */
  @Nullable PeerTls peerTls() {
    return tls == null || told.tls() == null
        ? null
        : new PeerTls(tls.context(), told.tls().optional());
  }

  /** What the HTTP port speaks: {@code http} or {@code https}, or both. */
  Set<String> schemes() {
    if (told.tls() == null) {
      return Set.of("http");
    }
    return told.tls().optional() ? Set.of("http", "https") : Set.of("https");
  }

  /** What /status says of all this. */
  Protection protection() {
    return new Protection(
        told.tls() == null ? Mode.OFF : told.tls().optional() ? Mode.OPTIONAL : Mode.ON,
        secret == null ? Mode.OFF : told.authOptional() ? Mode.OPTIONAL : Mode.ON,
        this::warnings);
  }

  private List<String> warnings() {
    List<String> warnings = new ArrayList<>(exposed);
    if (tls != null) {
      warnings.addAll(tls.warnings());
    }
    return warnings;
  }

  /** Adds the gauge of what there is to run out. */
  void register(Metrics metrics) {
    NodeTls own = tls;
    if (own != null) {
      metrics.gauge(
          "hraftd.certificate.expiry_seconds",
          "Seconds until the certificate of this node expires",
          () -> own.timeLeft().toSeconds());
    }
  }

  @Override
  public void close() {
    files.close();
    if (audited != null) {
      audited.close();
    }
  }
}
