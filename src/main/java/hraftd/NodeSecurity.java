package hraftd;

import hraftd.http.Access;
import hraftd.http.api.Store;
import hraftd.http.api.TokenAccess;
import hraftd.raft.net.PortSecrets;
import hraftd.security.Secret;
import hraftd.security.UnusableFileException;
import hraftd.security.WatchedFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a node was told about who is let in, read from its files and ready for use. */
final class NodeSecurity implements AutoCloseable {

  private final Invocation.Security told;
  private final WatchedFiles files;
  private final @Nullable Secret secret;

  private NodeSecurity(Invocation.Security told, Duration interval) throws StartException {
    this.told = told;
    this.files = new WatchedFiles(interval);
    this.secret = told.auth() == null ? null : secret(told.auth(), files);
  }

  /**
   * Reads the files.
   *
   * @param interval how often they are looked at
   * @throws StartException if one cannot be used
   */
  static NodeSecurity open(Invocation.Security told, Duration interval) throws StartException {
    return new NodeSecurity(told, interval);
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

  /** Who may ask what of a node with these stores. */
  Access access(Supplier<@Nullable Store> stores) {
    return secret == null
        ? Access.OPEN
        : new TokenAccess(secret, told.authOptional(), stores, System::currentTimeMillis);
  }

  /** True if a page that has this node's address under another name gets nothing by that. */
  boolean isEveryRequestAsked() {
    return secret != null && !told.authOptional();
  }

  /** What this node shows others on their HTTP ports; null: nothing. Asked for each request. */
  Supplier<@Nullable String> token() {
    Secret own = secret;
    return own == null ? () -> null : own::text;
  }

  /** What nodes prove to each other on the Raft port. */
  PortSecrets portSecrets() {
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

  @Override
  public void close() {
    files.close();
  }
}
