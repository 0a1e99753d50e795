package hraftd.kv;

import java.util.List;

/**
 * What an entry of the log asks the state to do. Immutable, with a versioned binary form ({@link
 * CommandCodec}). Keys and values are within their limits: the edge has checked them.
 */
public sealed interface Command {

  /**
   * A key and its new value.
   *
   * @param ttlMillis how long it lives after the entry's clock; 0: for ever, whatever it was before
   */
  @SuppressWarnings("ArrayRecordComponent") // not copied; never compared
  record Pair(Key key, byte[] value, long ttlMillis) {}

  /**
   * Sets all pairs or, if the guard does not hold, none. Always a new revision, also for values
   * that were there before.
   *
   * @param pairs at least one; should a key be there twice, the later value stays
   * @param guard concerns the first pair's key
   */
  record Put(List<Pair> pairs, Guard guard) implements Command {}

  /** Deletes a key if it is there and the guard holds. */
  record Delete(Key key, Guard guard) implements Command {}

  /**
   * Deletes all keys that begin with the prefix; an empty prefix means all keys. Takes memory for
   * one {@link Change} a key while it is applied.
   */
  record DeletePrefix(Key prefix) implements Command {}

  /**
   * Compares, then runs one of two lists, in order, in isolation. All that it puts has the one new
   * revision as version. A key that it both puts and deletes counts as changed, even if it was
   * absent before.
   *
   * <p>One that would read more than {@link Outcome.TxnDone#MAX_BYTES} does nothing and gives
   * {@link Outcome.TooLarge}.
   *
   * @param conditions all must hold; empty holds
   * @param then what runs if they hold
   * @param otherwise what runs if they do not
   */
  record Txn(List<Condition> conditions, List<Operation> then, List<Operation> otherwise)
      implements Command {}

  /** One comparison of a transaction. */
  sealed interface Condition {
    /** The key it looks at. */
    Key key();

    /** The guard's condition on the key. */
    record Holds(Key key, Guard guard) implements Condition {}

    /** True if the key exists with exactly this value. */
    @SuppressWarnings("ArrayRecordComponent") // not copied; never compared
    record ValueIs(Key key, byte[] value) implements Condition {}
  }

  /** One step of a transaction. */
  sealed interface Operation {
    /** Sets a key. */
    record PutKey(Pair pair) implements Operation {}

    /** Deletes a key, if it is there. */
    record DeleteKey(Key key) implements Operation {}

    /** Reads a key, seeing the steps before it. */
    record GetKey(Key key) implements Operation {}
  }

  /**
   * Deletes keys whose time is over at the entry's clock, oldest first.
   *
   * @param limit at most so many, so that one entry does not hold up the others
   */
  record Expire(int limit) implements Command {}

  /**
   * Moves the clock on and changes nothing, so that a new leader's is not far behind. Its outcome
   * is {@link Outcome.Deleted} with 0.
   */
  record Tick() implements Command {}

  /**
   * Begins a {@link CopyComparison}: every copy keeps the hash that it has here. Its outcome is
   * {@link Outcome.Deleted} with 0, as it changes nothing that a client sees.
   *
   * @param id random, to tell this comparison from another: copies that differ may do so in their
   *     revisions, too
   */
  record Compare(long id) implements Command {}

  /**
   * What a copy had at the newest comparison; passed over if that is another one by now. Its
   * outcome is {@link Outcome.Deleted} with 0.
   *
   * @param id of the comparison
   * @param said what the copy had there
   */
  record Report(long id, CopyComparison.Reported said) implements Command {}

  /**
   * Begins to collect a copy that is to replace everything; drops one begun before under another
   * id. The same id again changes nothing. The outcome is {@link Outcome.Staged}.
   *
   * <p>The copy is part of the state and of its snapshots. It is dropped if no part comes for ten
   * minutes of the store's clock.
   *
   * @param id random, to tell this restore from another
   */
  record RestoreBegin(long id) implements Command {}

  /**
   * Adds to the copy being collected; readers see nothing of it yet. Times to live are counted from
   * this entry's clock. The outcome is {@link Outcome.Staged}, also for a part that was taken
   * before; {@link Outcome.Conflict}, and nothing changes, if that restore is not under way or the
   * part does not follow the last one.
   *
   * @param id of the restore
   * @param position how many pairs came before: a piece that comes twice is taken once
   * @param pairs a key that came before gets the later value
   */
  record RestorePart(long id, long position, List<Pair> pairs) implements Command {}

  /**
   * Replaces everything by the collected copy, in one revision that becomes the version of every
   * key, and in constant time. The revision is higher than the store's and than the copy's, so that
   * no version that a client knows from before means another value. The window of {@link Once}
   * stays. The outcome is {@link Outcome.Restored}; {@link Outcome.Conflict}, and nothing changes,
   * if that restore is not under way or another number of pairs was collected.
   *
   * @param count of pairs that must have been collected
   * @param above the revision of the store that the copy was taken of, at most {@link #MAX_ABOVE}
   */
  record RestoreCommit(long id, long count, long above) implements Command {

    /** More than any store has seen; numbers of that size are exact in every JSON reader. */
    public static final long MAX_ABOVE = 1L << 52;

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the revision would leave no others
     */
    public RestoreCommit {
      if (above > MAX_ABOVE) {
        throw new IllegalArgumentException("a restore above revision " + above);
      }
    }
  }

  /**
   * Forgets the collected copy. The outcome is {@link Outcome.Staged} with 0, also if none is under
   * way; {@link Outcome.Conflict}, and nothing changes, if it is that of another restore.
   */
  record RestoreAbort(long id) implements Command {}

  /**
   * From here on what was done under {@link Once} is remembered by age, too. Changes nothing if it
   * is so already. Its outcome is {@link Outcome.Deleted} with 0.
   *
   * <p>An entry of its own, as every copy has to go by the same rule at the same entry, and older
   * versions know only the other.
   */
  record RememberByAge() implements Command {}

  /** Undoes {@link RememberByAge}: only the last are remembered, by their number. */
  record RememberByNumber() implements Command {}

  /**
   * Adds a token, in the place of the one of its name, and drops those that are worth nothing any
   * more at this time. Never changes the revision, as no key changes, and nobody who watches hears
   * of it. The outcome is {@link Outcome.Written}; {@link Outcome.TooLarge}, and nothing changes,
   * if all together would weigh more than {@link Tokens#MAX_BYTES}.
   *
   * @param token what is kept of it; one that is expired by then is dropped with the others
   * @param nowMillis the time of whoever proposes it, in milliseconds since 1970: times of tokens
   *     are those of people's clocks, and the state has none
   */
  record PutToken(Token token, long nowMillis) implements Command {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if the time is before 1970
     */
    public PutToken {
      if (nowMillis < 0) {
        throw new IllegalArgumentException("a time before 1970");
      }
    }
  }

  /**
   * Deletes the token of a name. Never changes the revision. The outcome is {@link
   * Outcome.Deleted}, with 0 if there was none.
   *
   * @param name as {@link Token#checkName} wants it
   */
  record DeleteToken(String name) implements Command {

    /**
     * Checks.
     *
     * @throws IllegalArgumentException if no token can have this name
     */
    public DeleteToken {
      Token.checkName(name);
    }
  }

  /**
   * A command that takes effect once: a repeat within the window gets the first one's outcome,
   * whether that was a success or a refusal.
   *
   * <p>The window is part of the state and of its snapshots. It keeps the last 100,000 such
   * commands, fewer if their outcomes are very large (32 MiB in all); after {@link RememberByAge}
   * also all of ten minutes of the store's clock, as long as 64 MiB are enough for them. A repeat
   * whose outcome is no longer there gets {@link Outcome.RepeatExpired}.
   *
   * @param idempotencyKey the client's name for it, 1 to 256 chars: enough for 128 characters. It
   *     may end with {@link #SINCE} and a revision that the client had heard of before it tried
   *     first; that is part of the name
   * @param fingerprint of the request; another one under the same key is refused as a conflict
   * @param command what to do; not itself a Once
   */
  record Once(String idempotencyKey, long fingerprint, Command command) implements Command {

    /** The longest idempotency key, as Java counts: some characters take two. */
    public static final int MAX_KEY_CHARS = 256;

    /** What stands before the revision at the end of an idempotency key. */
    public static final String SINCE = ";since=";

    /** No revision has more: numbers of that size are exact in every JSON reader. */
    private static final int MAX_DIGITS = 16;

    /** Refuses a Once in a Once: there is no telling whose outcome it would keep. */
    public Once {
      if (command instanceof Once) {
        throw new IllegalArgumentException("a command cannot be once twice");
      }
    }

    /**
     * A revision that the store had when the command was tried first, or before, as the idempotency
     * key says; -1 if it says none.
     */
    public long since() {
      return since(idempotencyKey);
    }

    /** The same of any idempotency key. */
    public static long since(String idempotencyKey) {
      int at = idempotencyKey.lastIndexOf(SINCE);
      int digits = at + SINCE.length();
      int end = idempotencyKey.length();
      if (at < 0 || digits == end || end - digits > MAX_DIGITS) {
        return -1;
      }
      long revision = 0;
      for (int i = digits; i < end; i++) {
        int digit = idempotencyKey.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return -1;
        }
        revision = 10 * revision + digit;
      }
      return revision;
    }
  }

  /**
   * True if applying it can make the state larger: refused while disk or heap are nearly full. What
   * is to happen once is remembered, whatever it does.
   */
  default boolean grows() {
    return this instanceof Once
        || this instanceof Put
        || this instanceof Txn
        || this instanceof RestoreBegin
        || this instanceof RestorePart
        || this instanceof PutToken;
  }
}
