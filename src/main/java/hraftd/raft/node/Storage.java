package hraftd.raft.node;

import hraftd.raft.disk.RealDisk;
import hraftd.raft.log.LogOptions;
import hraftd.raft.log.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files in which a member keeps its log, term and vote, as a whole: a member that has lost them
 * has forgotten what it promised, and may not go on under its old name. Stateless.
 */
public final class Storage {

  /** Little: the segments after the first have the usual size. */
  private static final LogOptions SMALL =
      new LogOptions(
          /* segmentBytes= */ 64 << 10,
          /* cacheBytes= */ 0,
          /* reserveBytes= */ 0,
          /* keptSegments= */ 0);

  private Storage() {}

  /**
   * Begins them, durably, before the node becomes a member: from then on it has them, or has lost
   * them. Begun but empty ones are taken as they are.
   *
   * @throws IOException if there are entries or votes already, of a member that is not known any
   *     more, or they cannot be written
   */
  public static void begin(Path directory) throws IOException {
    try (Stores stores = Stores.open(directory, SMALL, () -> {}, failure -> {})) {
      if (stores.raftLog().lastIndex() > 0 || stores.terms().term() > 0) {
        throw new IOException(
            directory
                + " holds the log of a member, but it is not known which one: "
                + "empty the whole data directory, then set the node up, or let it join, anew");
      }
    }
  }

  /**
   * Makes sure that a member still has them.
   *
   * @throws IOException if it does not; the message tells the operator what to do
   */
  public static void require(Path directory) throws IOException {
    if (Files.isDirectory(directory)
        && new RealDisk().list(directory).stream().anyMatch(Segment::isName)) {
      return;
    }
    throw new IOException(
        "the log in "
            + directory
            + " is gone: this node has forgotten what it acknowledged and whom it voted for, and"
            + " must not vote again under its old name. If a majority of the other members is"
            + " well: empty the whole data directory "
            + directory.toAbsolutePath().getParent()
            + ", remove this node from the cluster, and let it join anew");
  }
}
