package hraftd.cluster;

import hraftd.cluster.DataDirectory.Unusable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file beside a data directory, which says that {@code -bootstrap} has founded a cluster there:
 * {@code <directory>.bootstrapped}. Where the directory is empty later, since its disk is not
 * mounted or somebody has emptied it, a {@code -bootstrap} that was left on the command line founds
 * no second cluster, in which nothing would be of what clients have written.
 *
 * <p>It is for people, who delete it if they want another cluster there; what stands in it is not
 * read. Not thread-safe: one process has the directory.
 */
final class FoundingMark {

  private static final String SUFFIX = ".bootstrapped";

  private final Path directory;

  /** The mark of this data directory. */
  FoundingMark(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  /** Where it is; null for a root directory, which has nothing beside it. */
  @Nullable Path path() {
    Path name = directory.getFileName();
    return name == null ? null : directory.resolveSibling(name + SUFFIX);
  }

  /**
   * Passes if no cluster was founded here before.
   *
   * @throws Unusable if one was
   */
  void refuseAnother() throws Unusable {
    Path mark = path();
    if (mark != null && Files.exists(mark)) {
      throw new Unusable(
          "-bootstrap founds no second cluster: "
              + directory
              + " holds no member now, and held one once, as "
              + mark
              + " says. Is its disk mounted? If its data are to be given up, delete that file",
          null);
    }
  }

  /**
   * Leaves the mark, durably before it returns, if it is not there.
   *
   * @throws IOException if nothing can be written beside the directory
   */
  void leave(ClusterRecord record) throws IOException {
    Path mark = path();
    if (mark == null) {
      throw new IOException("nothing is beside " + directory);
    }
    if (!Files.exists(mark)) {
      String text =
          "%s is the data directory of member %s of cluster %s.%n"
                  .formatted(directory, record.self().id(), record.clusterId())
              + "While this file is here, -bootstrap does not found another cluster there.\n";
      DurableFile.write(mark, text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
