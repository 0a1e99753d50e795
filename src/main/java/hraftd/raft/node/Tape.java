package hraftd.raft.node;

import hraftd.kv.Command;
import hraftd.kv.Key;
import hraftd.kv.codec.CommandCodec;
import hraftd.raft.RaftPicture;
import hraftd.raft.RaftPicture.Cell;
import hraftd.raft.core.Entry;
import hraftd.raft.core.RaftLog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest entries of a log, as a picture shows them. The first picture of a process reads what
 * the log ends with, as the start has just read all of it; from then on those are shown that are in
 * memory, as nobody waits for a disk to see them. Each is looked at once, as no two entries have
 * the same index and term (Log Matching, 3.5). Owned by the Raft thread.
 */
final class Tape {

  /** What is longer is not decoded to find its keys: the Raft thread has other things to do. */
  private static final int MAX_DECODED_BYTES = 16 << 10;

  private List<Cell> cells = List.of();

  /** Whether a picture was taken. */
  private boolean begun;

  /** What the log ends with now, from the first one on behind which all are known. */
  List<Cell> of(RaftLog log) {
    long last = log.lastIndex();
    long first = Math.max(log.firstIndex(), last - RaftPicture.MAX_TAPE + 1);
    List<Cell> newest = new ArrayList<>(RaftPicture.MAX_TAPE);
    for (long index = last; index >= first; index--) {
      Cell cell = cell(log, index);
      if (cell == null) {
        break;
      }
      newest.add(cell);
    }
    Collections.reverse(newest);
    cells = List.copyOf(newest);
    begun = true;
    return cells;
  }

  private @Nullable Cell cell(RaftLog log, long index) {
    Cell known = known(index);
    if (known != null && known.term() == log.term(index)) {
      return known;
    }
    Entry entry = begun ? log.entryInMemory(index) : log.entry(index);
    return entry == null ? null : cell(entry);
  }

  private @Nullable Cell known(long index) {
    long at = cells.isEmpty() ? -1 : index - cells.get(0).index();
    return at < 0 || at >= cells.size() ? null : cells.get((int) at);
  }

  private static Cell cell(Entry entry) {
    String kind =
        switch (entry.kind()) {
          case NOOP -> "noop";
          case COMMAND -> "command";
          case MEMBERSHIP -> "members";
        };
    return new Cell(
        entry.index(), entry.term(), kind, entry.data().length, entry.clock(), keys(entry));
  }

  private static List<Key> keys(Entry entry) {
    if (entry.kind() != Entry.Kind.COMMAND || entry.data().length > MAX_DECODED_BYTES) {
      return List.of();
    }
    return keys(CommandCodec.decode(entry.data())).limit(RaftPicture.MAX_KEYS).toList();
  }

  private static Stream<Key> keys(Command command) {
    if (command instanceof Command.Put put) {
      return put.pairs().stream().map(Command.Pair::key);
    } else if (command instanceof Command.Delete delete) {
      return Stream.of(delete.key());
    } else if (command instanceof Command.DeletePrefix delete) {
      return Stream.of(delete.prefix());
    } else if (command instanceof Command.Once once) {
      return keys(once.command());
    } else if (command instanceof Command.Txn txn) {
      return Stream.concat(written(txn.then()), written(txn.otherwise())).distinct();
    }
    return Stream.empty();
  }

  private static Stream<Key> written(List<Command.Operation> operations) {
    return operations.stream()
        .flatMap(
            operation -> {
              if (operation instanceof Command.Operation.PutKey put) {
                return Stream.of(put.pair().key());
              } else if (operation instanceof Command.Operation.DeleteKey delete) {
                return Stream.of(delete.key());
              }
              return Stream.empty();
            });
  }
}
