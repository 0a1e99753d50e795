package hraftd.chaos.check;

import org.jspecify.annotations.Nullable;

/**
 * One operation on one register as its client saw it. A register is a key, or a group of keys that
 * are only ever written together. Every write of a value writes another one, so that a read tells
 * which write it saw.
 *
 * @param id unique in its history
 * @param client who asked; one client has one operation at a time
 * @param node whom it asked
 * @param register what it is about
 * @param kind what was asked
 * @param expected for {@link Kind#COMPARE_AND_WRITE}: the value that had to be there, or {@link
 *     #ABSENT}; null otherwise
 * @param value what a write leaves behind, {@link #ABSENT} for a delete; null for a read
 * @param invoked nanoseconds, before the request was sent
 * @param returned nanoseconds, after the answer or the failure was there
 * @param outcome what the client may conclude
 * @param observed what was there before the operation took effect: a value, {@link #ABSENT}, {@link
 *     #PRESENT}; null if the answer did not tell
 * @param revision the store's revision in the answer, -1 if it did not tell
 */
public record Operation(
    int id,
    String client,
    String node,
    String register,
    Kind kind,
    @Nullable String expected,
    @Nullable String value,
    long invoked,
    long returned,
    Outcome outcome,
    @Nullable String observed,
    long revision) {

  /** In place of a value: there is none. */
  public static final String ABSENT = "(absent)";

  /** In place of an observed value: there was one, the answer did not say which. */
  public static final String PRESENT = "(present)";

  /** What was asked. */
  public enum Kind {
    /** Returns the value. */
    READ,
    /** Puts or deletes, whatever is there. */
    WRITE,
    /** Puts or deletes if the expected value is there, all at one moment. */
    COMPARE_AND_WRITE
  }

  /** What the client may conclude. */
  public enum Outcome {
    /** It took effect between invoked and returned. */
    DONE,
    /** The condition did not hold at a moment between invoked and returned; nothing was changed. */
    UNMET,
    /** It did not happen and will not. */
    REJECTED,
    /** It may have happened, may happen at any later time, or never. */
    UNKNOWN
  }

  /** True unless it only reads. */
  public boolean writes() {
    return kind != Kind.READ;
  }

  /** This operation with another outcome. */
  public Operation with(Outcome other) {
    return new Operation(
        id, client, node, register, kind, expected, value, invoked, returned, other, observed,
        revision);
  }

  /** This operation, knowing what it met. */
  public Operation observing(String met) {
    return new Operation(
        id, client, node, register, kind, expected, value, invoked, returned, outcome, met,
        revision);
  }

  /** For people: what was asked and what came of it. */
  public String describe() {
    String asked =
        switch (kind) {
          case READ -> "read";
          case WRITE -> ABSENT.equals(value) ? "delete" : "put " + value;
          case COMPARE_AND_WRITE ->
              "if " + expected + " then " + (ABSENT.equals(value) ? "delete" : "put " + value);
        };
    String came =
        outcome == Outcome.DONE
            ? (writes() ? "done" : "")
            : outcome.name().toLowerCase(java.util.Locale.ROOT);
    String saw = observed == null ? "" : (writes() ? ", saw " : "") + observed;
    return asked + " -> " + came + saw + (revision < 0 ? "" : " @" + revision);
  }
}
