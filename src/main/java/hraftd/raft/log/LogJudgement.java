package hraftd.raft.log;

import hraftd.raft.core.Loss;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the segments of a log, and tells a torn tail, which a crash leaves and which nobody was
 * told to be durable, from damage. Used once.
 *
 * <p>Everything up to the first record that is not whole counts, or up to the entry with which the
 * next segment begins: from there on the log was truncated. What is not whole was durable, so that
 * this is damage, if a later record of the segment is whole and witnesses it, if a later segment
 * exists, since one is only created when all before it is durable, or if the {@link FloorFile} says
 * so. Else it is the torn tail.
 *
 * <p>Damage to entries that the newest snapshot has is passed over: the log begins behind it.
 */
final class LogJudgement {
  private final Disk disk;
  private final Path directory;
  private final SegmentScan scan = new SegmentScan();
  private final SnapshotCover cover;

  /** What can be used: segments that follow each other, the last one perhaps in part. */
  private final List<Segment> good = new ArrayList<>();

  /** What is behind damage. */
  private final List<Found> rest = new ArrayList<>();

  private final List<String> superseded = new ArrayList<>();
  private final List<StoreDamagedException> passedOver = new ArrayList<>();
  private @Nullable StoreDamagedException damage;
  private long lostThrough;
  private long torn;
  private FloorFile.@Nullable Floor floor;
  private @Nullable StoreDamagedException floorDamage;

  /** A file; without a segment if its header cannot be read. */
  private record Found(
      String name, @Nullable Segment segment, @Nullable StoreDamagedException unreadable) {}

  /** For the log in this directory. */
  LogJudgement(Disk disk, Path directory, SnapshotCover cover) {
    this.disk = disk;
    this.directory = directory;
    this.cover = cover;
  }

  /** Reads the files and changes nothing; the segments are open. */
  LogFindings read() throws IOException {
    List<Found> files = new ArrayList<>();
    try {
      openAll(files);
      for (int i = 0; i < files.size(); i++) {
        judge(files.get(i), i + 1 < files.size() ? files.get(i + 1) : null);
      }
      checkFloor();
      if (damage != null && lostThrough <= cover.index()) {
        passedOver.add(damage);
        damage = null;
      }
      close(rest);
      if (damage == null) {
        rest.forEach(file -> superseded.add(file.name));
        rest.clear();
      }
      return findings();
    } catch (IOException e) {
      close(files);
      throw e;
    }
  }

  private LogFindings findings() {
    return new LogFindings(
        new Segments(good),
        damage == null ? torn : 0,
        superseded,
        scan.committed(),
        passedOver,
        damage,
        damage == null ? 0 : lostThrough,
        rest.stream().map(Found::name).toList(),
        floor,
        floorDamage);
  }

  private static void close(List<Found> files) throws IOException {
    for (Found file : files) {
      if (file.segment != null) {
        file.segment.file().close();
      }
    }
  }

  /** Opens the segments that count, which the newest one that voids all before it begins. */
  private void openAll(List<Found> files) throws IOException {
    List<String> names = disk.list(directory).stream().filter(Segment::isName).sorted().toList();
    int first = names.size();
    boolean begun = false;
    while (first > 0 && !begun) {
      first--;
      String name = names.get(first);
      try {
        Segment segment = open(directory.resolve(name));
        files.add(0, new Found(name, segment, null));
        begun = segment.header().supersedes();
      } catch (StoreDamagedException e) {
        files.add(0, new Found(name, null, e));
      }
    }
    superseded.addAll(names.subList(0, first));
  }

  private Segment open(Path path) throws IOException {
    Disk.DiskFile file = disk.open(path);
    try {
      long size = file.size();
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, SegmentHeader.SIZE));
      file.readFully(bytes, 0);
      SegmentHeader header = SegmentHeader.decode(bytes.flip());
      if (header == null
          || size > Integer.MAX_VALUE
          || !path.equals(Segment.path(directory, header.sequence()))) {
        throw new StoreDamagedException(
            path, 0, "the segment's header is not valid, its entries cannot be read");
      }
      if (header.version() < SegmentHeader.FIRST_VERSION
          || header.version() > SegmentHeader.VERSION) {
        throw new IOException(
            path
                + " has format "
                + header.version()
                + ", and this version of hraftd reads up to "
                + SegmentHeader.VERSION
                + ": start the version that wrote it, or a newer one");
      }
      return new Segment(path, file, header, size);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private void judge(Found file, @Nullable Found nextFile) throws IOException {
    Segment segment = file.segment;
    if (segment == null) {
      note(file.unreadable);
      rest.add(file);
      return;
    }
    Segment before = good.isEmpty() ? null : good.get(good.size() - 1);
    if (before != null && damage == null) {
      if (segment.header().sequence() != before.header().sequence() + 1) {
        note(missing(before.header().sequence() + 1, before.nextIndex()));
      } else if (!segment.continues(before)) {
        note(unreadable(before, begins(segment)));
      }
    }
    lostThrough = Math.max(lostThrough, segment.header().baseIndex() - 1);
    if (damage != null && segment.header().baseIndex() - 1 <= cover.index()) {
      passOver();
    }
    read(file, segment, nextFile);
  }

  /** Reads the records of a segment, and takes it to what can be used or to the rest. */
  private void read(Found file, Segment segment, @Nullable Found nextFile) throws IOException {
    Segment next = nextFile == null ? null : nextFile.segment;
    boolean last = nextFile == null;
    long end = next == null ? Long.MAX_VALUE : next.header().baseIndex();
    scan.walk(segment, end);
    SegmentScan.Behind behind = last ? scan.behind(segment) : null;
    StoreDamagedException wrong = damage == null ? wrong(segment, next, behind) : null;
    while (wrong != null && scan.skip(segment, Math.min(end - 1, cover.index()))) {
      note(wrong);
      passOver();
      behind = last ? scan.behind(segment) : null;
      wrong = wrong(segment, next, behind);
    }
    if (damage == null) {
      good.add(segment);
    } else {
      rest.add(file);
    }
    lostThrough = Math.max(lostThrough, segment.nextIndex() - 1);
    if (behind != null) {
      // Behind damage it is of no use: what is torn there is not what the log goes on with.
      torn = damage == null ? behind.tornEnd() - segment.end() : 0;
      lostThrough = Math.max(lostThrough, behind.lastIndex());
    }
    note(wrong);
  }

  /** What shows that more was durable here than can be read; null: nothing. */
  private static @Nullable StoreDamagedException wrong(
      Segment segment, @Nullable Segment next, SegmentScan.@Nullable Behind behind) {
    if (next != null) {
      boolean follows = next.header().sequence() == segment.header().sequence() + 1;
      return follows && !next.continues(segment) ? unreadable(segment, begins(next)) : null;
    }
    return behind == null || behind.proof() < 0
        ? null
        : unreadable(segment, "the record at offset " + behind.proof() + " proves it");
  }

  private static String begins(Segment next) {
    return "the next segment begins with entry " + next.header().baseIndex();
  }

  private static StoreDamagedException unreadable(Segment segment, String proof) {
    return new StoreDamagedException(
        segment.path(),
        segment.end(),
        "entry " + segment.nextIndex() + " was durable and cannot be read (" + proof + ")");
  }

  private StoreDamagedException missing(long sequence, long firstLost) {
    return new StoreDamagedException(
        Segment.path(directory, sequence),
        0,
        "the segment is missing, and with it the entries from " + firstLost);
  }

  private void note(@Nullable StoreDamagedException found) {
    if (damage == null) {
      damage = found;
    }
  }

  /** The snapshot has all that is damaged so far, and all before: the log begins behind it. */
  private void passOver() throws IOException {
    if (damage != null) {
      passedOver.add(damage);
    }
    damage = null;
    new Segments(good).close();
    close(rest);
    good.forEach(segment -> superseded.add(String.valueOf(segment.path().getFileName())));
    rest.forEach(file -> superseded.add(file.name));
    good.clear();
    rest.clear();
  }

  /** Nothing in the segments shows that their end is gone; the floor does. */
  private void checkFloor() throws IOException {
    try {
      floor = FloorFile.read(disk, directory);
    } catch (StoreDamagedException e) {
      floorDamage = e;
      lostAnything(e, Loss.UNKNOWN);
      return;
    }
    Segment last = newest();
    long sequence = last == null ? 0 : last.header().sequence();
    long lastIndex = last == null ? 0 : last.nextIndex() - 1;
    if (floor == null) {
      if (last == null && damage != null) {
        lostAnything(damage, Loss.UNKNOWN); // What the newest file had, nothing tells.
      }
      if (last != null && last.header().version() > SegmentHeader.FIRST_VERSION) {
        lostAnything(
            new StoreDamagedException(
                directory.resolve(FloorFile.NAME),
                0,
                "the file is missing, and with it how far the log must reach at least; it reaches"
                    + " to entry "
                    + lastIndex),
            Loss.UNKNOWN);
      }
      return;
    }
    long through = floor.exact() ? floor.index() : Loss.UNKNOWN;
    if (sequence < floor.sequence()) {
      lostAnything(missing(sequence + 1, lastIndex + 1), through);
    } else if (last != null && sequence == floor.sequence() && lastIndex < floor.index()) {
      String had = "the file " + FloorFile.NAME + " says that the log had entry " + floor.index();
      lostAnything(unreadable(last, had), through);
    } else if (last != null
        && last.length() < last.header().capacity()
        && !floor.cut()
        && !floor.exact()) {
      lostAnything(
          new StoreDamagedException(
              last.path(),
              last.length(),
              "the file ends here, and had "
                  + last.header().capacity()
                  + " bytes; the log ends with entry "
                  + lastIndex),
          through);
    }
  }

  private void lostAnything(StoreDamagedException found, long through) {
    note(found);
    lostThrough = Math.max(lostThrough, through);
  }

  private @Nullable Segment newest() {
    if (!rest.isEmpty()) {
      return rest.get(rest.size() - 1).segment;
    }
    return good.isEmpty() ? null : good.get(good.size() - 1);
  }
}
