package hraftd.kv;

import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.state.Staging;
import hraftd.testing.Draw;
import java.util.Arrays;
import java.util.List;

/** Draws commands over few keys, versions and restores, so that they often meet. */
public final class Commands {
  private Commands() {}

  /** A command and how many milliseconds after the one before. */
  public record Timed(long later, Command command) {}

  /** Commands one after the other; a whole restore counts as one. */
  public static List<Timed> sequence(Draw draw, int maxLength) {
    return draw.list(0, maxLength, () -> part(draw)).stream().flatMap(List::stream).toList();
  }

  private static List<Timed> part(Draw draw) {
    long later =
        draw.<Long>choice()
            .or(100, () -> draw.aLong(0, 5))
            .or(1, () -> Staging.IDLE_MILLIS)
            .or(1, () -> Staging.IDLE_MILLIS + 1)
            .draw();
    List<Command> commands =
        draw.<List<Command>>choice()
            .or(12, () -> List.of(any(draw)))
            .or(1, () -> wholeRestore(draw))
            .draw();
    return commands.stream().map(each -> new Timed(later, each)).toList();
  }

  /** A restore that succeeds unless the command in its midst disturbs it. */
  private static List<Command> wholeRestore(Draw draw) {
    List<Pair> first = pairs(draw, 0);
    List<Pair> second = pairs(draw, 0);
    return List.of(
        new Command.RestoreBegin(2),
        new Command.RestorePart(2, 0, first),
        any(draw),
        new Command.RestorePart(2, first.size(), second),
        new Command.RestoreCommit(2, first.size() + second.size(), draw.of(0L, 1L, 1000L)));
  }

  /** Any command. */
  public static Command any(Draw draw) {
    return draw.<Command>choice()
        .or(5, () -> simple(draw))
        .or(
            1,
            () ->
                new Command.Once(
                    draw.of(
                        "first",
                        "second",
                        "dritt\u00e4",
                        "\ud800",
                        "4;since=3",
                        "5;since=",
                        "6;since=0"),
                    draw.of(7L, -8L),
                    simple(draw)))
        .draw();
  }

  private static Command simple(Draw draw) {
    return draw.<Command>choice()
        .or(6, () -> new Command.Put(pairs(draw, 1), guard(draw)))
        .or(3, () -> new Command.Delete(key(draw), guard(draw)))
        .or(1, () -> new Command.DeletePrefix(prefix(draw)))
        .or(4, () -> transaction(draw))
        .or(2, () -> new Command.Expire(draw.anInt(0, 3)))
        .or(1, () -> new Command.Tick())
        .or(2, () -> new Command.PutToken(token(draw), 10 * few(draw)))
        .or(1, () -> new Command.DeleteToken(tokenName(draw)))
        .or(1, () -> new Command.RememberByAge())
        .or(1, () -> new Command.RememberByNumber())
        .or(1, () -> new Command.Compare(id(draw)))
        .or(1, () -> new Command.Report(id(draw), reported(draw)))
        .or(2, () -> new Command.RestoreBegin(id(draw)))
        .or(6, () -> new Command.RestorePart(id(draw), few(draw), pairs(draw, 0)))
        .or(3, () -> new Command.RestoreCommit(id(draw), few(draw), draw.of(0L, 7L)))
        .or(1, () -> new Command.RestoreAbort(id(draw)))
        .draw();
  }

  /** One of few names. */
  private static String tokenName(Draw draw) {
    return draw.of("ci", "a.B_9-@+/", "z".repeat(Token.MAX_NAME_CHARS), Token.ANONYMOUS);
  }

  /** Any token of one of few names. */
  public static Token token(Draw draw) {
    String name = tokenName(draw);
    byte[] hash = new byte[TokenHash.BYTES];
    Arrays.fill(hash, draw.aByte());
    List<Rule> rules =
        draw.list(0, 3, () -> prefix(draw)).stream()
            .distinct()
            .map(prefix -> new Rule(prefix, draw.of(Right.values())))
            .toList();
    return new Token(
        name,
        name.equals(Token.ANONYMOUS) ? null : new TokenHash(hash),
        rules,
        draw.of(0L, 1_700_000_000_000L, Long.MAX_VALUE),
        draw.of(0L, 0L, 20L, 30L, Long.MAX_VALUE),
        new Token.Limits(few(draw), draw.of(0L, Long.MAX_VALUE)));
  }

  private static CopyComparison.Reported reported(Draw draw) {
    StateHash hash = new StateHash(few(draw), id(draw));
    return new CopyComparison.Reported(few(draw), new CopyComparison.At(few(draw), hash));
  }

  private static Command.Txn transaction(Draw draw) {
    return new Command.Txn(
        draw.list(0, 2, () -> condition(draw)),
        draw.list(0, 5, () -> operation(draw)),
        draw.list(0, 5, () -> operation(draw)));
  }

  private static Condition condition(Draw draw) {
    return draw.oneOf(
        () -> new Condition.Holds(key(draw), guard(draw)),
        () -> new Condition.ValueIs(key(draw), value(draw)));
  }

  private static Operation operation(Draw draw) {
    return draw.oneOf(
        () -> new Operation.PutKey(pair(draw)),
        () -> new Operation.DeleteKey(key(draw)),
        () -> new Operation.GetKey(key(draw)));
  }

  /** One of few keys. */
  public static Key key(Draw draw) {
    return Key.of(draw.of("a", "aa", "ab", "ab\u0000", "b", "ba", "\u00e9", "\ud83d\ude00", "zz"));
  }

  /** What some of the keys begin with, or none, or all. */
  public static Key prefix(Draw draw) {
    return Key.of(draw.of("", "a", "ab", "b", "c", "\u00e9", "zzz"));
  }

  private static byte[] value(Draw draw) {
    return Key.of(draw.of("", "v", "w", "\u0000\u00ff", "x".repeat(300))).bytes();
  }

  private static Pair pair(Draw draw) {
    return new Pair(key(draw), value(draw), draw.of(0L, 0L, 1L, 7L, 20L, Long.MAX_VALUE));
  }

  private static List<Pair> pairs(Draw draw, int least) {
    return draw.list(least, 3, () -> pair(draw));
  }

  private static Guard guard(Draw draw) {
    return draw.oneOf(
        () -> Guard.NONE,
        () -> new Guard.Exists(),
        () -> new Guard.Absent(),
        () -> new Guard.VersionIs(few(draw)),
        () -> new Guard.VersionIsNot(few(draw)),
        () -> new Guard.VersionIn(draw.list(0, 3, () -> few(draw))),
        () -> new Guard.VersionNotIn(draw.list(0, 3, () -> few(draw))));
  }

  private static long few(Draw draw) {
    return draw.aLong(0, 5);
  }

  private static long id(Draw draw) {
    return draw.<Long>choice().or(4, () -> 1L).or(1, () -> Long.MIN_VALUE).draw();
  }
}
