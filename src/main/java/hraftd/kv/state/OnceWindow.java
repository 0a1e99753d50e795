package hraftd.kv.state;

import hraftd.kv.Outcome;
import hraftd.kv.codec.OutcomeCodec;
import hraftd.kv.map.MapBuilder;
import hraftd.kv.map.MapCursor;
import hraftd.kv.map.MapEditor;
import hraftd.kv.map.OrderedMap;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the newest commands under {@link hraftd.kv.Command.Once} gave, so that a repeat changes
 * nothing and is answered alike. Part of the state and of its snapshots. Immutable.
 *
 * <p>It is bounded twice. At most {@link #MAX_COMMANDS} commands are kept, and the binary forms of
 * their outcomes with the characters of their idempotency keys sum up to at most {@link
 * #MAX_BYTES}; the oldest go first. Only transactions that read large values come near the second
 * bound.
 */
final class OnceWindow {

  /** The API's promise: so many writes with an idempotency key can be repeated. */
  static final int MAX_COMMANDS = 100_000;

  /** A little more than {@link #MAX_COMMANDS} writes with the longest idempotency keys need. */
  static final long MAX_BYTES = 32L << 20;

  static final OnceWindow EMPTY = new OnceWindow(OrderedMap.empty(), OrderedMap.empty(), 0, 0);

  /**
   * A command that was applied.
   *
   * @param idempotencyKey the client's name for it
   * @param sequence its place among all that were ever kept, from 0, without gaps
   * @param fingerprint of the request
   * @param outcome what it gave
   */
  record Applied(String idempotencyKey, long sequence, long fingerprint, Outcome outcome) {

    private long bytes() {
      return (long) idempotencyKey.length() + OutcomeCodec.size(outcome);
    }
  }

  private final OrderedMap<Applied> byName;
  private final OrderedMap<Applied> byAge;
  private final long nextSequence;
  private final long bytes;

  private OnceWindow(
      OrderedMap<Applied> byName, OrderedMap<Applied> byAge, long nextSequence, long bytes) {
    this.byName = byName;
    this.byAge = byAge;
    this.nextSequence = nextSequence;
    this.bytes = bytes;
  }

  /**
   * The window that holds exactly these.
   *
   * @param oldestFirst their sequences end just before the next one
   * @throws IllegalArgumentException if an idempotency key is there twice
   */
  static OnceWindow of(long nextSequence, List<Applied> oldestFirst) {
    MapEditor<Applied> names = EMPTY.byName.edit();
    MapBuilder<Applied> ages = new MapBuilder<>();
    long bytes = 0;
    for (Applied applied : oldestFirst) {
      ages.add(age(applied.sequence()), applied);
      if (names.put(name(applied.idempotencyKey()), applied) != null) {
        throw new IllegalArgumentException("an idempotency key is there twice");
      }
      bytes += applied.bytes();
    }
    return new OnceWindow(names.done(), ages.done(), nextSequence, bytes);
  }

  long size() {
    return byAge.size();
  }

  /** The number that the next command gets. */
  long nextSequence() {
    return nextSequence;
  }

  /** Walks over all that is kept, the oldest first. */
  MapCursor<Applied> oldestFirst() {
    return byAge.from(age(0));
  }

  /** What was applied under this {@link #name}; null if nothing is kept. */
  @Nullable Applied get(byte[] name) {
    return byName.get(name);
  }

  /**
   * With one more, whose idempotency key is not there yet, and without what is now too old.
   *
   * @param leaving is told what that is, the oldest first
   */
  OnceWindow with(
      String idempotencyKey, long fingerprint, Outcome outcome, Consumer<Applied> leaving) {
    Applied added = new Applied(idempotencyKey, nextSequence, fingerprint, outcome);
    MapEditor<Applied> names = byName.edit();
    MapEditor<Applied> ages = byAge.edit();
    names.put(name(idempotencyKey), added);
    ages.put(age(nextSequence), added);
    long oldest = nextSequence - size();
    long total = bytes + added.bytes();
    for (; nextSequence - oldest >= MAX_COMMANDS || total > MAX_BYTES; oldest++) {
      Applied removed = Objects.requireNonNull(ages.remove(age(oldest)));
      names.remove(name(removed.idempotencyKey()));
      total -= removed.bytes();
      leaving.accept(removed);
    }
    return new OnceWindow(names.done(), ages.done(), nextSequence + 1, total);
  }

  /** Char by char, so that two names are never one key, whatever they are made of. */
  static byte[] name(String idempotencyKey) {
    ByteBuffer name = ByteBuffer.allocate(Character.BYTES * idempotencyKey.length());
    name.asCharBuffer().put(idempotencyKey);
    return name.array();
  }

  private static byte[] age(long sequence) {
    return ByteBuffer.allocate(Long.BYTES).putLong(sequence).array();
  }
}
