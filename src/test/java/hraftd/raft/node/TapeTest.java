package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.raft.RaftPicture;
import hraftd.raft.core.Entry;
import hraftd.raft.log.MemoryLog;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A picture shows of the log what is at hand: nothing is read for it. */
class TapeTest {

  /** Has only the newest of its entries in memory. */
  private static final class ReadFromDisk extends ForwardingLog {

    long firstInMemory = 1;
    boolean mayRead;

    ReadFromDisk() {
      super(new MemoryLog(() -> {}));
    }

    void append(long from, long to, long term) {
      append(LongStream.rangeClosed(from, to).mapToObj(index -> entry(index, term)).toList());
    }

    private static Entry entry(long index, long term) {
      return new Entry(index, term, Entry.Kind.NOOP, 0, 1, index, new byte[0]);
    }

    @Override
    public Entry entry(long index) {
      if (mayRead) {
        return super.entry(index);
      }
      throw new AssertionError("the Raft thread waits for a disk to read entry " + index);
    }

    @Override
    public @Nullable Entry entryInMemory(long index) {
      return index < firstInMemory ? null : super.entryInMemory(index);
    }
  }

  private final ReadFromDisk log = new ReadFromDisk();
  private final Tape tape = new Tape();

  private List<Long> indexes() {
    return tape.of(log).stream().map(RaftPicture.Cell::index).toList();
  }

  private static List<Long> range(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  /** The first picture, of an empty log: from then on nothing is read. */
  @BeforeEach
  void begin() {
    log.mayRead = true;
    assertEquals(List.of(), indexes());
    log.mayRead = false;
  }

  @Test
  void theFirstPictureHasWhatIsOnDisk() {
    log.append(1, 50, 1);
    log.firstInMemory = 51;
    log.mayRead = true;
    Tape first = new Tape();
    assertEquals(32, first.of(log).size());
    log.mayRead = false;
    assertEquals(32, first.of(log).size());
  }

  @Test
  void whatIsNotInMemoryIsLeftOut() {
    log.append(1, 100, 1);
    log.firstInMemory = 90;
    assertEquals(range(90, 100), indexes());
    log.firstInMemory = 101;
    log.append(101, 104, 1);
    assertEquals(range(90, 104), indexes(), "what was seen before need not be looked at again");
    log.append(105, 200, 1);
    log.firstInMemory = 195;
    assertEquals(range(195, 200), indexes(), "there is no gap in it");
  }

  @Test
  void whatTookThePlaceOfATailIsNotTakenForIt() {
    log.append(1, 10, 1);
    assertEquals(range(1, 10), indexes());
    log.truncateFrom(8);
    log.append(8, 9, 2);
    assertEquals(range(1, 9), indexes());
    List<Long> terms = tape.of(log).stream().map(RaftPicture.Cell::term).toList();
    assertEquals(List.of(1L, 2L, 2L), terms.subList(6, 9));
  }
}
