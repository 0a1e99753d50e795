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
   * @param ttlMillis how long it lives after the entry's clock; 0: for ever
   */
  record Pair(Key key, byte[] value, long ttlMillis) {}

  /**
   * Sets all pairs or, if the guard does not hold, none.
   *
   * @param pairs at least one, no key twice
   * @param guard concerns the first pair's key
   */
  record Put(List<Pair> pairs, Guard guard) implements Command {}

  /** Deletes a key if it is there and the guard holds. */
  record Delete(Key key, Guard guard) implements Command {}

  /** Deletes all keys that begin with the prefix; an empty prefix means all keys. */
  record DeletePrefix(Key prefix) implements Command {}

  /**
   * Compares, then runs one of two lists, in order, in isolation.
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

  /** Moves the clock on and changes nothing, so that a new leader's is not far behind. */
  record Tick() implements Command {}

  /**
   * Begins to collect a copy that is to replace everything; drops one begun before.
   *
   * @param id random, to tell this restore from another
   */
  record RestoreBegin(long id) implements Command {}

  /**
   * Adds to the copy being collected; readers see nothing of it yet. Times to live are counted from
   * this entry's clock.
   *
   * @param id of the restore
   * @param position how many pairs came before: a piece that comes twice is taken once
   */
  record RestorePart(long id, long position, List<Pair> pairs) implements Command {}

  /**
   * Replaces everything by the collected copy, in one revision.
   *
   * @param count of pairs that must have been collected
   */
  record RestoreCommit(long id, long count) implements Command {}

  /** Forgets the collected copy. */
  record RestoreAbort(long id) implements Command {}

  /**
   * A command that takes effect once: a repeat within the window gets the first one's outcome.
   *
   * @param idempotencyKey the client's name for it, 1 to 128 characters
   * @param fingerprint of the request; another one under the same key is refused as a conflict
   * @param command what to do; not itself a Once
   */
  record Once(String idempotencyKey, long fingerprint, Command command) implements Command {}

  /** True if applying it can make the state larger: refused while the disk is nearly full. */
  default boolean grows() {
    if (this instanceof Once once) {
      return once.command().grows();
    }
    return this instanceof Put
        || this instanceof Txn
        || this instanceof RestoreBegin
        || this instanceof RestorePart;
  }
}
