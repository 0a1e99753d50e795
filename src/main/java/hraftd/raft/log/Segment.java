package hraftd.raft.log;

import hraftd.raft.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * One file of the log: a {@link SegmentHeader}, then {@link LogRecord}s, then zeros or what an
 * older segment has left; and in memory, where each of its entries is. Entries are added by the
 * Raft thread; the ends are guarded by {@link LogTail} while this is its segment.
 */
public final class Segment {
  private static final String PREFIX = "log-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{16}");

  private final Path path;
  private final Disk.DiskFile file;
  private final SegmentHeader header;
  private long length;
  private long capacity;

  /** The first entry here that can be read. */
  private long firstIndex;

  private long end = SegmentHeader.SIZE;
  private long entriesEnd = SegmentHeader.SIZE;
  private long witnessed = SegmentHeader.SIZE;
  private int count;
  private int[] offsets = new int[64];
  private long[] terms = new long[64];

  /** A segment without entries; its file, of this many bytes, has the header already. */
  Segment(Path path, Disk.DiskFile file, SegmentHeader header, long length) {
    this.path = path;
    this.file = file;
    this.header = header;
    this.length = length;
    this.capacity = length;
    this.firstIndex = header.baseIndex();
  }

  /** The same, as it is now, in a file that was opened once more. */
  Segment in(Disk.DiskFile opened) {
    Segment same = new Segment(path, opened, header, length);
    same.capacity = capacity;
    same.firstIndex = firstIndex;
    same.end = end;
    same.entriesEnd = entriesEnd;
    same.witnessed = witnessed;
    same.count = count;
    same.offsets = Arrays.copyOf(offsets, count);
    same.terms = Arrays.copyOf(terms, count);
    return same;
  }

  /** Where the segment with this number is. */
  public static Path path(Path directory, long sequence) {
    return directory.resolve(PREFIX + String.format("%016x", sequence));
  }

  /** True if a file of this name is a segment. The names sort as the segments do. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The file. */
  public Path path() {
    return path;
  }

  Disk.DiskFile file() {
    return file;
  }

  SegmentHeader header() {
    return header;
  }

  /** How long the file is. */
  long length() {
    return length;
  }

  /** Up to where the file may be written: no record goes beyond. */
  long capacity() {
    return capacity;
  }

  /** Where the next record goes. */
  long end() {
    return end;
  }

  /** Where the last entry ends; only marks are behind it. */
  long entriesEnd() {
    return entriesEnd;
  }

  /** How the records here are read. */
  RecordFormat format() {
    return RecordFormat.of(header);
  }

  /** The greatest witness of a record here: what is before it cannot be lost without notice. */
  long witnessed() {
    return witnessed;
  }

  /**
   * True if the last entry could be lost without notice, for want of a record that witnesses it.
   */
  boolean needsMark() {
    return witnessed < entriesEnd;
  }

  /** The index of the first entry here that can be read. */
  long firstIndex() {
    return firstIndex;
  }

  /** The term of the entry before {@link #firstIndex}. */
  long termBefore() {
    return firstIndex == header.baseIndex() ? header.baseTerm() : term(firstIndex - 1);
  }

  /** True if this segment begins where that one, which is before it, ends. */
  boolean continues(Segment before) {
    return header.baseIndex() == before.nextIndex() && header.baseTerm() == before.lastTerm();
  }

  /** The index that the next entry here would have. */
  long nextIndex() {
    return header.baseIndex() + count;
  }

  /** The term of the last entry here, or of the one before this segment. */
  long lastTerm() {
    return count == 0 ? header.baseTerm() : terms[count - 1];
  }

  /** The term of an entry that is here. */
  long term(long index) {
    return terms[Math.toIntExact(index - header.baseIndex())];
  }

  /** The offset of an entry that is here. */
  long offset(long index) {
    return offsets[Math.toIntExact(index - header.baseIndex())];
  }

  /** How many bytes its entries up to and with this index take, which need not be here. */
  long bytesThrough(long index) {
    if (index < header.baseIndex()) {
      return 0;
    }
    return index + 1 < nextIndex() ? offset(index + 1) : entriesEnd;
  }

  /** Takes note of the next entry. */
  void addEntry(long term, long offset, int size, long witness) {
    if (count == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      terms = Arrays.copyOf(terms, 2 * count);
    }
    offsets[count] = Math.toIntExact(offset);
    terms[count] = term;
    count++;
    entriesEnd = offset + size;
    addMark(offset, size, witness);
  }

  /**
   * Leaves out entries that cannot be read, and that nobody needs: the next one is this one, behind
   * which the segment counts.
   */
  void skipTo(long index) {
    count = Math.toIntExact(index - header.baseIndex());
    if (count >= offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * count);
      terms = Arrays.copyOf(terms, 2 * count);
    }
    firstIndex = index + 1;
  }

  /** Nothing is written here any more. */
  void seal() {
    limit(end);
  }

  /** Nothing is written behind this offset any more. */
  void limit(long offset) {
    capacity = Math.min(capacity, offset);
  }

  /** Takes note of a mark between the entries. */
  void addMark(long offset, int size, long witness) {
    end = offset + size;
    addWitness(witness);
  }

  /** Takes note of a mark behind the end: up to this offset all was durable when it was written. */
  void addWitness(long witness) {
    witnessed = Math.max(witnessed, witness);
  }

  /** Forgets this entry, which is here, and all behind it; the file keeps them. */
  void truncateFrom(long index) {
    end = offset(index);
    count = Math.toIntExact(index - header.baseIndex());
    entriesEnd = end;
    witnessed = Math.min(witnessed, end);
  }

  /** Cuts the file off where the next record would go, durably; no entry is lost by it. */
  void cut() throws IOException {
    file.truncate(end);
    file.force(true);
    length = end;
    capacity = end;
  }
}
