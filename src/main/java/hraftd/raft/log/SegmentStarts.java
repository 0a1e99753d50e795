package hraftd.raft.log;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;

/**
 * Begins the segments of a log: the first one, the next behind a full one or behind damage, and the
 * one that takes the place of what a truncation or a reset voids. When one of these methods returns
 * all before is durable, and the floor knows of the new segment. Belongs to the Raft thread.
 */
final class SegmentStarts {
  private static final SecureRandom SALTS = new SecureRandom();

  private final Segments segments;
  private final LogFloor floor;
  private final LogKeeper keeper;

  /** For these segments, whose files this keeper makes. */
  SegmentStarts(Segments segments, LogFloor floor, LogKeeper keeper) {
    this.segments = segments;
    this.floor = floor;
    this.keeper = keeper;
  }

  /** The first one of all; before the log has an end. */
  void first() throws IOException {
    SegmentHeader header = new SegmentHeader(1, 1, 0, /* supersedes= */ false, SALTS.nextLong());
    segments.add(keeper.create(header, /* minCapacity= */ 0));
    floor.begun(segments);
  }

  /** The log goes on in a new one; what damage is behind the end is left behind. */
  void next(LogTail tail, int minBytes) throws IOException {
    leaveDamageBehind();
    Segment old = segments.last();
    tail.moveTo(
        () ->
            segments.add(
                create(
                    old.nextIndex(),
                    old.lastTerm(),
                    /* supersedes= */ false,
                    SegmentHeader.SIZE + tail.bytesFor(minBytes))));
    floor.begun(segments);
  }

  /** The log goes on in a new one with this index, which is here: it and all behind are void. */
  void cutFrom(LogTail tail, long index) throws IOException {
    leaveDamageBehind();
    int keep = segments.find(index);
    if (keep < segments.count() - 1) {
      floor.beforeCut(segments.get(keep), index - 1);
    }
    tail.moveTo(
        () -> {
          for (int i = segments.count() - 1; i > keep; i--) {
            // A crash may have left void entries before it, which nothing voids without it.
            segments.get(i - 1).cut();
            keeper.delete(segments.removeLast());
          }
          Segment cut = segments.last();
          cut.file().force(false);
          cut.truncateFrom(index);
          Segment next =
              create(index, cut.lastTerm(), /* supersedes= */ false, /* minCapacity= */ 0);
          // Not before: half of a cut that a crash leaves would look like damage.
          cut.cut();
          return segments.add(next);
        });
    floor.begun(segments);
  }

  /**
   * The log begins anew in one behind this entry, which voids all before it.
   *
   * @return those, to be deleted
   */
  List<Segment> behind(LogTail tail, long index, long term) throws IOException {
    leaveDamageBehind();
    List<Segment> old = segments.copy();
    tail.moveTo(
        () -> {
          Segment first = create(index + 1, term, /* supersedes= */ true, /* minCapacity= */ 0);
          segments.clear();
          return segments.add(first);
        });
    floor.begun(segments);
    return old;
  }

  private void leaveDamageBehind() throws IOException {
    if (floor.isDamaged()) {
      floor.leaveBehind(segments);
    }
  }

  private Segment create(long baseIndex, long baseTerm, boolean supersedes, long minCapacity)
      throws IOException {
    long sequence = segments.last().header().sequence() + 1;
    return keeper.create(
        new SegmentHeader(sequence, baseIndex, baseTerm, supersedes, SALTS.nextLong()),
        minCapacity);
  }
}
