package hraftd.raft.sim;

import hraftd.kv.Command;
import hraftd.raft.NodeId;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Quorum;
import hraftd.raft.core.RaftLog;
import hraftd.raft.core.RaftParts;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.node.Stores;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation runs: the real Raft, or one with a deliberate fault that it has to find. A
 * fault is a part of Raft that is another one, or something that is done to a node's stores or
 * state.
 */
interface Mutant extends RaftParts {

  /** The real one. */
  Mutant NONE =
      new Mutant() {
        @Override
        public int foundBy() {
          return 0;
        }
      };

  /**
   * The real one, but that a leader goes on which hears no majority: that it steps down helps its
   * clients, and no promise may rest on it.
   */
  Mutant WITHOUT_CHECK_QUORUM =
      new Mutant() {
        @Override
        public int foundBy() {
          return 0;
        }

        @Override
        public Quorum quorum(Leader leader) {
          return new Quorum(leader) {
            @Override
            protected boolean isLost() {
              return false;
            }
          };
        }
      };

  /** All that have a fault. */
  static List<Mutant> all() {
    return Stream.<Mutant[]>of(
            ElectionMutant.values(),
            MemberMutant.values(),
            ProposalMutant.values(),
            ReadMutant.values(),
            ReplicationMutant.values(),
            StoreMutant.values())
        .flatMap(Stream::of)
        .toList();
  }

  /** The seed that found it when it was last searched for: the first to be tried. */
  int foundBy();

  /** The faults that put to the test what it breaks; null: any. */
  default @Nullable FaultMix mix() {
    return null;
  }

  /** It is found because something does not go on; else a promise must be broken. */
  default boolean getsStuck() {
    return false;
  }

  /** An fsync does nothing for files whose names begin so; null: all are forced. */
  default @Nullable String neverForced() {
    return null;
  }

  /** What the state is asked to do if the log says this. */
  default Command effective(Command command) {
    return command;
  }

  /** What remembers term and vote. */
  default TermStore terms(TermStore stores) {
    return stores;
  }

  /** What is done before a node starts on what a crash has left. */
  default void fit(RaftLog log, SnapshotStore.@Nullable Meta snapshot) {
    try {
      Stores.fit(Path.of("sim"), log, snapshot);
    } catch (StoreDamagedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Who a node is after its disk was wiped. */
  default NodeId idAfterWipe(NodeId id, long newIncarnation) {
    return new NodeId(id.id(), newIncarnation);
  }
}
