package hraftd;

import hraftd.security.NodeTls;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The part of the command line that says who is let in. */
final class SecurityFlags {

  /** What can be audited besides what concerns the cluster, which always is. */
  private static final String WRITES = "writes";

  @Option(
      names = {"-auth", "--auth"},
      paramLabel = "<file>",
      description =
          "who asks must show a token; the file holds the secret of all nodes, which is the admin's"
              + " token too (mode 0600 or 0400)")
  private @Nullable String auth;

  @Option(
      names = {"-auth-optional", "--auth-optional"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description =
          "with -auth, while it is turned on node by node: who shows no token may still do all")
  private boolean authOptional;

  @Option(
      names = {"-cert", "--cert"},
      paramLabel = "<pem>",
      description =
          "TLS on both ports: the chain of this node's certificate, its own first; needs -key and -ca")
  private @Nullable String certificate;

  @Option(
      names = {"-key", "--key"},
      paramLabel = "<pem>",
      description = "with -cert: its private key, PKCS#8 and not encrypted (mode 0600 or 0400)")
  private @Nullable String key;

  @Option(
      names = {"-ca", "--ca"},
      paramLabel = "<pem>",
      description = "with -cert: the authorities whose certificates are believed")
  private @Nullable String authorities;

  @Option(
      names = {"-client-certs", "--client-certs"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description =
          "with -cert: HTTP clients must show a certificate of -ca, too; its CN is their name")
  private boolean clientCertificates;

  @Option(
      names = {"-tls-optional", "--tls-optional"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description =
          "with -cert, while it is turned on node by node: both ports take what is not TLS as well")
  private boolean tlsOptional;

  @Option(
      names = {"-audit", "--audit"},
      paramLabel = "<what>",
      description =
          "writes: a line of JSON for each request that changed a key, in audit/ of the data"
              + " directory")
  private @Nullable String audit;

  @Option(
      names = {"-strict", "--strict"},
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "<bool>",
      description =
          "do not start (exit 2) where others than this machine reach a port without -cert or"
              + " without -auth; else that is a warning")
  private boolean strict;

  /**
   * What was given.
   *
   * @throws InvalidPathException if a file's name is none
   * @throws WrongFlagsException if it does not go together
   */
  Invocation.Security read() throws WrongFlagsException {
    if (authOptional && auth == null) {
      throw new WrongFlagsException("-auth-optional is about -auth <file>: give that, too");
    }
    if (audit != null && !audit.equals(WRITES)) {
      throw new WrongFlagsException("-audit must be " + WRITES);
    }
    return new Invocation.Security(
        auth == null ? null : Path.of(auth), authOptional, tls(), strict, audit != null);
  }

  /** True if the ports are to speak TLS. */
  boolean isTls() {
    return certificate != null;
  }

  private Invocation.@Nullable Tls tls() throws WrongFlagsException {
    if (certificate == null && key == null && authorities == null) {
      if (clientCertificates || tlsOptional) {
        throw new WrongFlagsException(
            (clientCertificates ? "-client-certs" : "-tls-optional")
                + " is about TLS: give -cert, -key and -ca, too");
      }
      return null;
    }
    if (certificate == null || key == null || authorities == null) {
      throw new WrongFlagsException(
          "TLS needs all of -cert <pem>, -key <pem> and -ca <pem>: "
              + (certificate == null ? "-cert" : key == null ? "-key" : "-ca")
              + " is missing");
    }
    return new Invocation.Tls(
        new NodeTls.Files(Path.of(certificate), Path.of(key), Path.of(authorities)),
        clientCertificates,
        tlsOptional);
  }

  /** Flags that do not go together. */
  static final class WrongFlagsException extends Exception {

    private static final long serialVersionUID = 1L;

    WrongFlagsException(String why) {
      super(why);
    }
  }
}
