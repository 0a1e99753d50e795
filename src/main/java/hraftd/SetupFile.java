package hraftd;

import hraftd.cluster.ClusterBodies;
import hraftd.cluster.ClusterException;
import hraftd.cluster.SetupRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file of -setup: the body of /setup. */
final class SetupFile {

  /** As long as the body of a request may be. */
  private static final int MAX_BYTES = 64 << 10;

  private SetupFile() {}

  /**
   * What it asks for; null if there is none.
   *
   * @throws StartException if it cannot be read, or is no body of /setup
   */
  static @Nullable SetupRequest read(Invocation.Beginning beginning) throws StartException {
    Path file = beginning.setup();
    if (file == null) {
      return null;
    }
    byte[] body;
    try (InputStream in = Files.newInputStream(file)) {
      body = in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new StartException(
          StartException.TEMPORARY, "-setup: the file " + file + " is not there", e);
    } catch (IOException e) {
      throw new StartException(
          StartException.TEMPORARY, "-setup: cannot read " + file + ": " + e.getMessage(), e);
    }
    if (body.length > MAX_BYTES) {
      throw new StartException(
          StartException.USAGE, "-setup: " + file + " has more than " + MAX_BYTES + " bytes");
    }
    try {
      return ClusterBodies.setup(body);
    } catch (ClusterException e) {
      throw new StartException(StartException.USAGE, "-setup: " + file + ": " + e.detail(), e);
    }
  }
}
