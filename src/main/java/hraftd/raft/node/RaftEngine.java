package hraftd.raft.node;

import hraftd.kv.state.KvState;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusEngine;
import hraftd.raft.RaftSettings;
import hraftd.raft.UnusableFilesException;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.log.LogOptions;
import hraftd.raft.log.Segment;
import hraftd.raft.log.TermFile;
import hraftd.raft.net.PortSecurity;
import hraftd.raft.snapshot.SnapshotFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Raft as the rooms beside this one have it: what a node runs if it is not told otherwise. A member
 * that has lost the files with its log, term and vote has forgotten what it promised, and may not
 * go on under its old name.
 */
public final class RaftEngine implements ConsensusEngine {

  /** Starts consensus on the files; the tests put others here. */
  @FunctionalInterface
  public interface Opening {
    /** See {@link ConsensusEngine#open}. */
    Consensus open(RaftSettings settings, KvState state) throws IOException;
  }

  /** Little: the segments after the first have the usual size. */
  static final LogOptions SMALL =
      new LogOptions(
          /* segmentBytes= */ 64 << 10,
          /* cacheBytes= */ 0,
          /* reserveBytes= */ 0,
          /* keptSegments= */ 0);

  private final Opening opening;

  /** The engine. */
  public RaftEngine() {
    this(RaftConsensus::open);
  }

  /** The engine, of nodes that ask this of each other on the Raft port. */
  public RaftEngine(PortSecurity security) {
    this((settings, state) -> RaftConsensus.open(settings, state, new NodeParts(security)));
  }

  /** The engine's files, and another consensus. */
  public RaftEngine(Opening opening) {
    this.opening = opening;
  }

  @Override
  public String name() {
    return "raft";
  }

  @Override
  public boolean isObserved() {
    return true;
  }

  @Override
  public Consensus open(RaftSettings settings, KvState state) throws IOException {
    return opening.open(settings, state);
  }

  @Override
  public boolean hasFiles(Path directory) throws IOException {
    return Files.isDirectory(directory)
        && new RealDisk()
            .list(directory).stream()
                .anyMatch(
                    name ->
                        Segment.isName(name)
                            || name.equals(TermFile.NAME)
                            || SnapshotFiles.isName(name));
  }

  @Override
  public void begin(Path directory) throws IOException {
    try (Stores stores = Stores.open(directory, SMALL, () -> {}, failure -> {})) {
      if (stores.raftLog().lastIndex() > 0 || stores.terms().term() > 0) {
        throw new UnusableFilesException(
            directory
                + " holds the log of a member, but cluster.json, which says of which one, is gone. If"
                + " a majority of the other members is well: remove this one, empty its whole data"
                + " directory, and let it join anew. If this is all that is left: hraftd recover"
                + " takes what it holds");
      }
    }
  }

  @Override
  public void require(Path directory) throws IOException {
    if (Files.isDirectory(directory)
        && new RealDisk().list(directory).stream().anyMatch(Segment::isName)) {
      return;
    }
    throw new UnusableFilesException(
        "the log in "
            + directory
            + " is gone: this node has forgotten what it acknowledged and whom it voted for, and"
            + " must not vote again under its old name. If a majority of the other members is"
            + " well: empty the whole data directory "
            + directory.toAbsolutePath().getParent()
            + ", remove this node from the cluster, and let it join anew");
  }
}
