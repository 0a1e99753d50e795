package hraftd.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node must remember of itself from one start to the next. Any thread may call it; writes
 * are serialised by the caller, but for {@link #scrub}.
 */
public sealed interface Identity extends AutoCloseable permits DataDirectory, InMemoryIdentity {

  /** Random, made once; see {@link hraftd.raft.NodeId}. */
  long incarnation();

  /** Where consensus keeps its files; null if nothing is kept. */
  @Nullable Path raftDirectory();

  /** Where files can be made that need not outlive the process. */
  Path temporaryDirectory();

  /**
   * Keeps which engine the node's files belong to, durably before it returns: from then on no other
   * may use them.
   *
   * @throws IOException if that failed
   */
  void markEngine() throws IOException;

  /**
   * Keeps, durably before it returns, that a cluster was founded by this node: see {@link
   * FoundingMark}. Does nothing while it is a member of none.
   *
   * @throws IOException if that cannot be kept
   */
  void markFounding() throws IOException;

  /** What was saved last; null if the node belongs to no cluster. */
  @Nullable ClusterRecord load();

  /**
   * Keeps the record, durably before it returns.
   *
   * @throws java.io.UncheckedIOException if that failed; what was saved before is still there
   */
  void save(ClusterRecord record);

  /**
   * Reads what is kept once more, and writes anew what is not as it was.
   *
   * @return what was damaged, for people; empty if nothing was
   * @throws IOException if it could not be written
   */
  List<String> scrub() throws IOException;

  /** Lets others use what this held. */
  @Override
  void close();
}
