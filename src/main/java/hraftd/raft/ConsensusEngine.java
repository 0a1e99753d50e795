package hraftd.raft;

import hraftd.kv.state.KvState;
import java.io.IOException;
import java.nio.file.Path;

/**
 * An implementation of {@link Consensus}, and the files that it keeps. Stateless: any thread may
 * call it, and one serves any number of nodes.
 */
public interface ConsensusEngine {

  /** What {@code -engine}, the mark of a data directory and {@code /status} call it. */
  String name();

  /** What an operator must know who runs it; empty: nothing. Said loudly at the start. */
  default String warning() {
    return "";
  }

  /** True if it tells the {@link RaftObserver} of its settings what it does. */
  default boolean isObserved() {
    return false;
  }

  /**
   * Starts it.
   *
   * @param state empty; it is filled from what is on the disk, and by the log
   * @throws java.net.BindException if the Raft port is taken
   * @throws IOException if a file cannot be used; the message is for the operator
   */
  Consensus open(RaftSettings settings, KvState state) throws IOException;

  /** True if there is anything of a member, or of one that was about to become one. */
  boolean hasFiles(Path directory) throws IOException;

  /**
   * Begins a member's files, durably, before the node becomes one: from then on it has them, or has
   * lost them. Begun but empty ones are taken as they are.
   *
   * @throws IOException if there are entries or votes already, of a member that is not known any
   *     more, or they cannot be written
   */
  void begin(Path directory) throws IOException;

  /**
   * Makes sure that a member still has its files.
   *
   * @throws IOException if it does not; the message tells the operator what to do
   */
  void require(Path directory) throws IOException;
}
