package hraftd.security;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A node's certificate, key and authorities, as they are in their files at any time. Thread-safe.
 *
 * <p>A certificate that has expired, or is not valid yet, is taken all the same, with a warning:
 * the others refuse it, but a node that would not start could not even say so.
 */
public final class NodeTls {

  /** That long before the end people hear of it. */
  public static final Duration EARLY = Duration.ofDays(14);

  /** A material, with what was made of it. */
  private record Present(TlsMaterial material, SSLContext context) {}

  private final Path certificate;
  private final Supplier<Instant> clock;
  private final SSLContext context;
  private @Nullable volatile Present present;

  private NodeTls(Files files, WatchedFiles watched, Supplier<Instant> clock)
      throws IOException, UnusableFileException {
    this.certificate = files.certificate();
    this.clock = clock;
    List<Path> paths = List.of(files.certificate(), files.key(), files.authorities());
    List<String> names = paths.stream().map(Path::toString).toList();
    watched.watch(
        paths,
        contents -> {
          PrivateFile.check(files.key());
          TlsMaterial material = TlsMaterial.parse(names, contents);
          present = new Present(material, material.context());
        });
    this.context = new ChangingContext(() -> present().context());
  }

  /**
   * Where it lies, as PEM files.
   *
   * @param certificate the chain, the node's own first
   * @param key the node's own, PKCS#8, not encrypted; nobody else may read it
   * @param authorities whose certificates are believed
   */
  public record Files(Path certificate, Path key, Path authorities) {}

  /**
   * What is in the files, now and whenever they change; what is to be said of the certificate is
   * said in the log once a day.
   *
   * @param clock people's time
   * @throws IOException if one cannot be read
   * @throws UnusableFileException if others may read the key, or they hold nothing that can be used
   */
  public static NodeTls of(Files files, WatchedFiles watched, Supplier<Instant> clock)
      throws IOException, UnusableFileException {
    NodeTls tls = new NodeTls(files, watched, clock);
    watched.atEachLook(new ExpiryWarning(tls, clock));
    return tls;
  }

  private Present present() {
    Present now = present;
    if (now == null) {
      throw new IllegalStateException("nothing has been read");
    }
    return now;
  }

  /** For both ends of connections, always the same one: it changes with the files. */
  public SSLContext context() {
    return context;
  }

  /** What {@link #context} is at the moment: another one as soon as a file has changed. */
  public SSLContext presentContext() {
    return present().context();
  }

  /** How long its certificate is still believed; negative once it is not. */
  public Duration timeLeft() {
    return Duration.between(clock.get(), present().material().expires());
  }

  /** What people should know of its certificate; empty if nothing. */
  public List<String> warnings() {
    Instant now = clock.get();
    TlsMaterial material = present().material();
    Instant expires = material.expires();
    if (now.isBefore(material.begins())) {
      return List.of(
          "the certificate in " + certificate + " is not valid before " + material.begins());
    }
    if (!now.isBefore(expires)) {
      return List.of("the certificate in " + certificate + " has expired, at " + expires);
    }
    if (Duration.between(now, expires).compareTo(EARLY) < 0) {
      return List.of(
          "the certificate in "
              + certificate
              + " expires in "
              + ChronoUnit.DAYS.between(now, expires)
              + " days, at "
              + expires);
    }
    return List.of();
  }
}
