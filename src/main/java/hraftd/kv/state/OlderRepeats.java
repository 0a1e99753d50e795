package hraftd.kv.state;

import hraftd.kv.Command;
import hraftd.kv.Outcome;
import hraftd.kv.codec.Decoder;
import hraftd.kv.codec.OutcomeCodec;
import hraftd.kv.map.MapBuilder;
import hraftd.kv.map.MapCursor;
import hraftd.kv.map.MapEditor;
import hraftd.kv.map.OrderedMap;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In short, what was applied under idempotency keys before the newest ones: a hash of each key, and
 * for as many as there is room for the fingerprint of the request and its outcome. Immutable.
 *
 * <p>What came here is kept for {@link #KEPT_MILLIS}, then goes page by page, the oldest first. If
 * that takes more than {@link #MAX_BYTES}, outcomes go, those of the oldest first; once none is
 * left whole pages do. Then it is still known up to which revision anything has been forgotten: a
 * command that says that it was tried first after that cannot be a repeat of it.
 */
final class OlderRepeats {

  /** Longer than any client goes on trying; the API's promise. */
  static final long KEPT_MILLIS = 600_000;

  /**
   * Room for ten minutes of 3,000 writes a second with their outcomes, and of 6,500 without; an
   * eighth of a heap of 512 MiB. Besides, what is not in a page yet takes some 12 MiB at most.
   */
  static final long MAX_BYTES = 64L << 20;

  /** Where nothing has been forgotten: below every revision. */
  static final long NOTHING = -1;

  /** A key's hash has 128 bits: two of a few million are the same in one of 10^25 stores. */
  private static final int HASH_BYTES = 2 * Long.BYTES;

  private static final byte[] FIRST = new byte[HASH_BYTES];

  private static final byte[] TOO_LONG = new byte[0];

  /**
   * What a command was and gave.
   *
   * @param fingerprint of the request
   * @param answer the outcome's binary form, empty if that was too long
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Kept(long fingerprint, byte[] answer) {}

  /** Full ones, the oldest first. */
  private final List<RepeatPage> pages;

  private final long bytes;

  /** What will be the next page, by the key's hash. */
  private final OrderedMap<Kept> open;

  private final long openRevision;
  private final long openClock;
  private final long forgotten;

  private OlderRepeats(
      List<RepeatPage> pages,
      long bytes,
      OrderedMap<Kept> open,
      long openRevision,
      long openClock,
      long forgotten) {
    this.pages = pages;
    this.bytes = bytes;
    this.open = open;
    this.openRevision = openRevision;
    this.openClock = openClock;
    this.forgotten = forgotten;
  }

  /** Nothing yet, with all forgotten up to this revision, or {@link #NOTHING}. */
  static OlderRepeats begun(long forgotten) {
    return new OlderRepeats(List.of(), 0, OrderedMap.empty(), 0, 0, forgotten);
  }

  /** How many keys are there. */
  long size() {
    return (long) pages.size() * RepeatPage.FULL + open.size();
  }

  /** The bytes of all pages. */
  long bytes() {
    return bytes;
  }

  /** What was applied above this revision is not forgotten. */
  long forgotten() {
    return forgotten;
  }

  /** All that is there, in pages, the oldest first; the last one need not be full. */
  List<RepeatPage> all() {
    if (open.size() == 0) {
      return pages;
    }
    List<RepeatPage> all = new ArrayList<>(pages);
    all.add(closed(open, openRevision, openClock));
    return all;
  }

  /**
   * What to answer to a command that is none of the newest; null if it was not applied, as far as
   * is known and the command itself says.
   *
   * @param name of its idempotency key
   * @param revision the store's
   */
  @Nullable Outcome answer(Command.Once command, byte[] name, long revision) {
    Murmur3 hash = new Murmur3();
    hash.hash(name, 0, 0);
    Kept waiting = open.get(key(hash.high(), hash.low()));
    if (waiting != null) {
      return answer(command, waiting.fingerprint, waiting.answer, revision);
    }
    for (int i = pages.size() - 1; i >= 0; i--) {
      RepeatPage page = pages.get(i);
      int at = page.find(hash.high(), hash.low());
      if (at >= 0) {
        return page.hasAnswers()
            ? answer(command, page.fingerprint(at), page.answer(at), revision)
            : new Outcome.RepeatExpired(revision);
      }
    }
    return unlessNew(command.since(), revision);
  }

  private static Outcome answer(
      Command.Once command, long fingerprint, byte[] answer, long revision) {
    if (fingerprint != command.fingerprint()) {
      return Repeats.ofAnother(revision);
    }
    return answer.length == 0
        ? new Outcome.RepeatExpired(revision)
        : OutcomeCodec.read(new Decoder(answer));
  }

  private @Nullable Outcome unlessNew(long since, long revision) {
    if (since > revision) {
      return new Outcome.Conflict(
          revision, "the idempotency key is of a revision that the store has not reached");
    }
    return since >= 0 && since <= forgotten ? new Outcome.RepeatExpired(revision) : null;
  }

  /** With one that has left the newest ones at this clock. */
  OlderRepeats with(OnceWindow.Applied applied, long clock) {
    Outcome outcome = applied.outcome();
    boolean isShort = OutcomeCodec.size(outcome) <= RepeatPage.MAX_ANSWER_BYTES;
    byte[] answer = isShort ? OutcomeCodec.bytes(outcome) : TOO_LONG;
    Murmur3 hash = new Murmur3();
    hash.hash(OnceWindow.name(applied.idempotencyKey()), 0, 0);
    MapEditor<Kept> more = open.edit();
    more.put(key(hash.high(), hash.low()), new Kept(applied.fingerprint(), answer));
    OrderedMap<Kept> now = more.done();
    long revision = outcome.revision();
    if (now.size() < RepeatPage.FULL) {
      return new OlderRepeats(pages, bytes, now, revision, clock, forgotten);
    }
    RepeatPage newest = closed(now, revision, clock);
    List<RepeatPage> full = new ArrayList<>(pages);
    full.add(newest);
    return withinBounds(full, bytes + newest.bytes(), forgotten);
  }

  /** Without what is too old at this clock. */
  OlderRepeats at(long clock) {
    if (pages.isEmpty() ? open.size() == 0 || isKept(openClock, clock) : isKept(oldest(), clock)) {
      return this;
    }
    List<RepeatPage> left = new ArrayList<>(pages);
    long total = bytes;
    long gone = forgotten;
    while (!left.isEmpty() && !isKept(left.get(0).clock(), clock)) {
      RepeatPage old = left.remove(0);
      total -= old.bytes();
      gone = old.revision();
    }
    if (left.isEmpty() && open.size() > 0 && !isKept(openClock, clock)) {
      return begun(openRevision);
    }
    return new OlderRepeats(List.copyOf(left), total, open, openRevision, openClock, gone);
  }

  private long oldest() {
    return pages.get(0).clock();
  }

  private static boolean isKept(long newest, long clock) {
    return clock - newest <= KEPT_MILLIS;
  }

  private static OlderRepeats withinBounds(List<RepeatPage> full, long bytes, long forgotten) {
    long total = bytes;
    long gone = forgotten;
    for (int i = 0; i < full.size() && total > MAX_BYTES; i++) {
      total -= full.get(i).bytes();
      full.set(i, full.get(i).withoutAnswers());
      total += full.get(i).bytes();
    }
    while (total > MAX_BYTES) {
      RepeatPage oldest = full.remove(0);
      total -= oldest.bytes();
      gone = oldest.revision();
    }
    return new OlderRepeats(List.copyOf(full), total, OrderedMap.empty(), 0, 0, gone);
  }

  private static byte[] key(long high, long low) {
    return ByteBuffer.allocate(HASH_BYTES).putLong(high).putLong(low).array();
  }

  private static RepeatPage closed(OrderedMap<Kept> open, long revision, long clock) {
    RepeatPage.Builder page = new RepeatPage.Builder((int) open.size(), /* answers= */ true);
    for (MapCursor<Kept> all = open.from(FIRST); all.next(); ) {
      ByteBuffer hash = ByteBuffer.wrap(all.key());
      Kept kept = all.value();
      page.add(hash.getLong(), hash.getLong(), kept.fingerprint, kept.answer);
    }
    return page.done(revision, clock);
  }

  /** Puts together what a snapshot holds, and refuses what this class would not have made. */
  static final class Builder {

    private final List<RepeatPage> full = new ArrayList<>();
    private final long forgotten;
    private @Nullable RepeatPage last;
    private long bytes;

    Builder(long forgotten) {
      this.forgotten = forgotten;
    }

    /**
     * The next page.
     *
     * @throws IllegalArgumentException if it does not belong there
     */
    void add(RepeatPage page) {
      RepeatPage before = last;
      if (page.revision() < forgotten || (before != null && !follows(before, page))) {
        throw new IllegalArgumentException("pages of older commands out of order");
      }
      last = page;
      if (page.size() == RepeatPage.FULL) {
        full.add(page);
        bytes += page.bytes();
      } else if (!page.hasAnswers()) {
        throw new IllegalArgumentException("a page of older commands that lacks too much");
      }
      if (bytes > MAX_BYTES) {
        throw new IllegalArgumentException("too many older commands");
      }
    }

    /** Time goes on, and the oldest lose their answers first. */
    private static boolean follows(RepeatPage before, RepeatPage page) {
      return before.size() == RepeatPage.FULL
          && before.clock() <= page.clock()
          && before.revision() <= page.revision()
          && (page.hasAnswers() || !before.hasAnswers());
    }

    OlderRepeats done() {
      RepeatPage newest = last;
      if (newest == null) {
        return begun(forgotten);
      }
      OrderedMap<Kept> open =
          newest.size() == RepeatPage.FULL ? OrderedMap.empty() : opened(newest);
      return new OlderRepeats(
          List.copyOf(full), bytes, open, newest.revision(), newest.clock(), forgotten);
    }

    private static OrderedMap<Kept> opened(RepeatPage page) {
      MapBuilder<Kept> open = new MapBuilder<>();
      for (int i = 0; i < page.size(); i++) {
        open.add(key(page.high(i), page.low(i)), new Kept(page.fingerprint(i), page.answer(i)));
      }
      return open.done();
    }
  }
}
