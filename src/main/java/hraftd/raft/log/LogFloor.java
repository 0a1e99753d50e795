package hraftd.raft.log;

import hraftd.raft.core.Loss;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a log must hold at least, and what of it was lost; kept in the {@link FloorFile} from one
 * start to the next. Files behind damage stay as they are until a leader sends what is to take
 * their place: then a majority has it. Belongs to the Raft thread.
 */
final class LogFloor implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogFloor.class);

  private final Disk disk;
  private final Path directory;
  private final FloorFile file;

  /** Names of the files behind the damage. */
  private List<String> rest;

  private boolean damaged;
  private @Nullable Loss loss;

  private LogFloor(
      Disk disk, Path directory, FloorFile file, LogFindings found, @Nullable Loss loss) {
    this.disk = disk;
    this.directory = directory;
    this.file = file;
    this.rest = found.rest();
    this.damaged = found.damage() != null;
    this.loss = loss;
  }

  /** Opens the directory's file, or begins it, for what was found there. */
  static LogFloor open(Disk disk, Path directory, LogFindings found, SnapshotCover cover)
      throws IOException {
    FloorFile.Floor before = found.floor();
    StoreDamagedException damage = found.damage();
    Loss loss = loss(found, cover);
    long lost = loss == null ? 0 : loss.through();
    FloorFile.Floor now = reached(found.segments(), lost);
    if (damage != null && before != null) {
      // The files say the same at the next start, for as long as they are there.
      now =
          new FloorFile.Floor(
              before.sequence(), before.index(), before.exact(), before.cut(), lost);
    }
    if (loss != null) {
      log.warn(
          "the log has lost entries from {} on: {}. Nothing was overwritten. This node does not vote"
              + " until it has from a leader what it lost",
          loss.from(),
          loss.what());
    }
    return new LogFloor(disk, directory, FloorFile.open(disk, directory, now), found, loss);
  }

  /** What a log had once and lacks now; null: nothing. */
  static @Nullable Loss loss(LogFindings found, SnapshotCover cover) throws IOException {
    FloorFile.Floor before = found.floor();
    long lost = Math.max(found.lostThrough(), before == null ? 0 : before.lost());
    StoreDamagedException damage = found.damage();
    if (lost == 0 || (damage == null && lost <= cover.index())) {
      return null;
    }
    return new Loss(
        found.segments().lastIndex() + 1,
        lost,
        damage == null ? "the damage was found at an earlier start" : damage.place());
  }

  /** A file that is short for a truncation which a crash has ended stays so until the next one. */
  private static FloorFile.Floor reached(Segments segments, long lost) {
    if (segments.isEmpty()) {
      return FloorFile.Floor.NONE;
    }
    Segment last = segments.last();
    boolean cut = last.length() < last.header().capacity();
    return new FloorFile.Floor(
        last.header().sequence(), segments.lastIndex(), /* exact= */ false, cut, lost);
  }

  private long lost() {
    return loss == null ? 0 : loss.through();
  }

  /** What the log had once and lacks now; null: nothing. */
  @Nullable Loss loss() {
    return loss;
  }

  /** True while nothing may be written behind what can be read. */
  boolean isDamaged() {
    return damaged;
  }

  /** Gives up the files behind the damage; the log goes on in a new segment. */
  void leaveBehind(Segments segments) throws IOException {
    beforeCut(segments.last(), segments.lastIndex());
    for (int i = rest.size() - 1; i >= 0; i--) {
      disk.delete(directory.resolve(rest.get(i)));
      disk.forceDirectory(directory);
    }
    rest = List.of();
    damaged = false;
  }

  /** All that is in these segments is durable, and the last one is begun. */
  void begun(Segments segments) throws IOException {
    file.save(reached(segments, lost()));
  }

  /** Whole segments behind this one, which will end with this entry, are about to go. */
  void beforeCut(Segment kept, long index) throws IOException {
    file.save(
        new FloorFile.Floor(
            kept.header().sequence(), index, /* exact= */ false, /* cut= */ true, lost()));
  }

  /** The log is closed in order, with all in these segments durable. */
  void stopped(Segments segments) throws IOException {
    if (!damaged) {
      FloorFile.Floor reached = reached(segments, lost());
      file.save(
          new FloorFile.Floor(
              reached.sequence(),
              reached.index(),
              /* exact= */ true,
              /* cut= */ false,
              reached.lost()));
    }
  }

  /** What was lost is here again. */
  void regained(Segments segments) throws IOException {
    loss = null;
    file.save(reached(segments, /* lost= */ 0));
    log.info(
        "the log has again what it had lost, up to entry {}: this node votes",
        segments.lastIndex());
  }

  /** See {@link DoubledFile#mend}. */
  @Nullable String mend(Disk through) throws IOException {
    return file.mend(through);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
