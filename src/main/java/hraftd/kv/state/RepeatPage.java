package hraftd.kv.state;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Some tens of thousands of commands that were applied under idempotency keys, in few arrays: 36
 * bytes for each, 17 without what they were and gave. Sorted by the hash of their keys. Immutable.
 */
final class RepeatPage {

  /** Fewer make more pages to look into, more take longer to be put together at once. */
  static final int FULL = 1 << 16;

  /**
   * The longest outcome that is kept: all have less, but for transactions and refusals in words.
   */
  static final int MAX_ANSWER_BYTES = 64;

  /** Four keys to a bucket: they are in one line of the processor's cache. */
  private static final int BUCKET_BITS = 14;

  private static final long ENTRY_BYTES = 2 * Long.BYTES;
  private static final long ANSWER_BYTES = Long.BYTES + Integer.BYTES;

  /**
   * What they were and gave.
   *
   * @param fingerprints of the requests
   * @param ends where the outcome of each ends
   * @param outcomes their binary forms; an empty one was too long
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Answers(long[] fingerprints, int[] ends, byte[] outcomes) {}

  private final int[] buckets;
  private final long[] high;
  private final long[] low;
  private final @Nullable Answers answers;
  private final long revision;
  private final long clock;

  private RepeatPage(
      int[] buckets,
      long[] high,
      long[] low,
      @Nullable Answers answers,
      long revision,
      long clock) {
    this.buckets = buckets;
    this.high = high;
    this.low = low;
    this.answers = answers;
    this.revision = revision;
    this.clock = clock;
  }

  int size() {
    return high.length;
  }

  /** The highest revision that one of them gave. */
  long revision() {
    return revision;
  }

  /** When the newest of them came here. */
  long clock() {
    return clock;
  }

  /** True if it holds more than the hashes of the keys. */
  boolean hasAnswers() {
    return answers != null;
  }

  /** The memory that it takes. */
  long bytes() {
    return (long) Integer.BYTES * buckets.length
        + ENTRY_BYTES * size()
        + (answers == null ? 0 : ANSWER_BYTES * size() + answers.outcomes.length);
  }

  /** The same without what the commands were and gave. */
  RepeatPage withoutAnswers() {
    return answers == null ? this : new RepeatPage(buckets, high, low, null, revision, clock);
  }

  /** Where the key with this hash is; -1 if it is not there. */
  int find(long keyHigh, long keyLow) {
    int bucket = bucket(keyHigh);
    int from = buckets[bucket];
    int to = buckets[bucket + 1];
    // A client may choose keys whose hashes are all in one bucket.
    while (from < to) {
      int middle = (from + to) >>> 1;
      int order = compare(high[middle], low[middle], keyHigh, keyLow);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return -1;
  }

  /** The order of the hashes, without signs. */
  private static int compare(long high, long low, long otherHigh, long otherLow) {
    int order = Long.compareUnsigned(high, otherHigh);
    return order == 0 ? Long.compareUnsigned(low, otherLow) : order;
  }

  private static int bucket(long keyHigh) {
    return (int) (keyHigh >>> (Long.SIZE - BUCKET_BITS));
  }

  long high(int at) {
    return high[at];
  }

  long low(int at) {
    return low[at];
  }

  /** The fingerprint of the request; only if it {@link #hasAnswers}. */
  long fingerprint(int at) {
    return answers().fingerprints[at];
  }

  /** The outcome's binary form, empty if that was too long; only if it {@link #hasAnswers}. */
  byte[] answer(int at) {
    Answers kept = answers();
    return Arrays.copyOfRange(kept.outcomes, at == 0 ? 0 : kept.ends[at - 1], kept.ends[at]);
  }

  private Answers answers() {
    if (answers == null) {
      throw new IllegalStateException("nothing but keys");
    }
    return answers;
  }

  /** Makes a page of what comes in the order of the hashes, without signs. One thread, once. */
  static final class Builder {

    private final int[] buckets = new int[(1 << BUCKET_BITS) + 1];
    private final long[] high;
    private final long[] low;
    private final @Nullable Answers answers;
    private byte[] outcomes;
    private int outcomeBytes;
    private int size;

    /** A page of exactly so many. */
    Builder(int size, boolean answers) {
      high = new long[size];
      low = new long[size];
      outcomes = new byte[answers ? 8 * size : 0];
      this.answers = answers ? new Answers(new long[size], new int[size], outcomes) : null;
    }

    /** The next one, whose page has answers. */
    void add(long keyHigh, long keyLow, long fingerprint, byte[] outcome) {
      Answers kept = answers;
      if (kept == null) {
        throw new IllegalStateException("nothing but keys");
      }
      if (outcomes.length < outcomeBytes + outcome.length) {
        outcomes = Arrays.copyOf(outcomes, 2 * (outcomes.length + outcome.length));
      }
      System.arraycopy(outcome, 0, outcomes, outcomeBytes, outcome.length);
      outcomeBytes += outcome.length;
      kept.fingerprints[size] = fingerprint;
      kept.ends[size] = outcomeBytes;
      add(keyHigh, keyLow);
    }

    /**
     * The next one's key alone.
     *
     * @throws IllegalArgumentException if it does not follow the one before
     */
    void add(long keyHigh, long keyLow) {
      if (size > 0 && compare(high[size - 1], low[size - 1], keyHigh, keyLow) >= 0) {
        throw new IllegalArgumentException("older commands out of order");
      }
      high[size] = keyHigh;
      low[size] = keyLow;
      size++;
      buckets[bucket(keyHigh) + 1] = size;
    }

    /**
     * The page.
     *
     * @param revision the highest that one of them gave
     * @param clock when the newest of them came
     */
    RepeatPage done(long revision, long clock) {
      for (int i = 1; i < buckets.length; i++) {
        buckets[i] = Math.max(buckets[i], buckets[i - 1]);
      }
      Answers kept =
          answers == null
              ? null
              : new Answers(
                  answers.fingerprints, answers.ends, Arrays.copyOf(outcomes, outcomeBytes));
      return new RepeatPage(buckets, high, low, kept, revision, clock);
    }
  }
}
