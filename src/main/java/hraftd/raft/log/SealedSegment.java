package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A segment of the log that nothing is appended to any more, and of which all is committed: its
 * entries can be read once more at leisure, to see whether they are still there. Immutable; any
 * thread may use it. The file may be gone, or be another segment by now: only the log knows.
 */
public final class SealedSegment {

  private final Segment segment;

  private SealedSegment(Segment segment) {
    this.segment = segment;
  }

  /** Those of these segments of which all is committed. */
  static List<SealedSegment> of(List<Segment> segments, long committed) {
    return segments.stream()
        .filter(segment -> segment.nextIndex() - 1 <= committed)
        .map(segment -> new SealedSegment(segment.in(segment.file())))
        .toList();
  }

  /** Where it is. */
  public Path path() {
    return segment.path();
  }

  /** The first entry in it that can be read. */
  public long firstIndex() {
    return segment.firstIndex();
  }

  /** The last entry in it. */
  public long lastIndex() {
    return segment.nextIndex() - 1;
  }

  /**
   * Reads all of its entries through this disk.
   *
   * @throws StoreDamagedException if one is not as it was written
   * @throws IOException if the file cannot be read
   */
  public void check(Disk disk) throws IOException {
    try (Disk.DiskFile file = disk.open(path())) {
      Segment again = segment.in(file);
      SegmentReader reader = new SegmentReader();
      for (long index = firstIndex(); index <= lastIndex(); index++) {
        var unused = reader.read(again, index);
      }
    }
  }
}
