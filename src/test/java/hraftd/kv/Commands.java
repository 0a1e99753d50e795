package hraftd.kv;

import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.state.Staging;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import net.jqwik.api.arbitraries.ListArbitrary;

/** Arbitrary commands over few keys, versions and restores, so that they often meet. */
public final class Commands {
  private Commands() {}

  /** A command and how many milliseconds after the one before. */
  public record Timed(long later, Command command) {}

  public static Arbitrary<List<Timed>> sequences(int maxLength) {
    Arbitrary<Long> later =
        Arbitraries.frequencyOf(
            Tuple.of(100, Arbitraries.longs().between(0, 5)),
            Tuple.of(1, Arbitraries.just(Staging.IDLE_MILLIS)),
            Tuple.of(1, Arbitraries.just(Staging.IDLE_MILLIS + 1)));
    Arbitrary<Command> single = any();
    Arbitrary<List<Command>> some =
        Arbitraries.frequencyOf(
            Tuple.of(12, single.map(List::of)), Tuple.of(1, wholeRestore(single)));
    return Combinators.combine(later, some)
        .as((after, commands) -> commands.stream().map(each -> new Timed(after, each)).toList())
        .list()
        .ofMaxSize(maxLength)
        .map(parts -> parts.stream().flatMap(List::stream).toList());
  }

  /** A restore that succeeds unless the command in its midst disturbs it. */
  private static Arbitrary<List<Command>> wholeRestore(Arbitrary<Command> between) {
    return Combinators.combine(pairs(), pairs(), between)
        .as(
            (first, second, other) ->
                List.of(
                    new Command.RestoreBegin(2),
                    new Command.RestorePart(2, 0, first),
                    other,
                    new Command.RestorePart(2, first.size(), second),
                    new Command.RestoreCommit(2, first.size() + second.size())));
  }

  public static Arbitrary<Command> any() {
    Arbitrary<Command> once =
        Combinators.combine(
                Arbitraries.of("first", "second", "dritt\u00e4", "\ud800"),
                Arbitraries.of(7L, -8L),
                simple())
            .as(Command.Once::new);
    return Arbitraries.frequencyOf(Tuple.of(5, simple()), Tuple.of(1, once));
  }

  private static Arbitrary<Command> simple() {
    List<Tuple2<Integer, Arbitrary<Command>>> kinds =
        List.of(
            Tuple.of(
                6,
                Combinators.combine(pairs().ofMinSize(1), guards())
                    .as((pairs, guard) -> new Command.Put(pairs, guard))),
            Tuple.of(3, Combinators.combine(keys(), guards()).as(Command.Delete::new)),
            Tuple.of(1, prefixes().map(Command.DeletePrefix::new)),
            Tuple.of(4, transactions()),
            Tuple.of(2, Arbitraries.integers().between(0, 3).map(Command.Expire::new)),
            Tuple.of(1, Arbitraries.just(new Command.Tick())),
            Tuple.of(2, ids().map(Command.RestoreBegin::new)),
            Tuple.of(
                6,
                Combinators.combine(ids(), few(), pairs())
                    .as((id, position, pairs) -> new Command.RestorePart(id, position, pairs))),
            Tuple.of(3, Combinators.combine(ids(), few()).as(Command.RestoreCommit::new)),
            Tuple.of(1, ids().map(Command.RestoreAbort::new)));
    return Arbitraries.frequencyOf(kinds);
  }

  private static Arbitrary<Command> transactions() {
    Arbitrary<Condition> condition =
        Arbitraries.oneOf(
            Combinators.combine(keys(), guards()).as(Condition.Holds::new),
            Combinators.combine(keys(), values()).as(Condition.ValueIs::new));
    Arbitrary<Operation> operation =
        Arbitraries.oneOf(
            pair().map(Operation.PutKey::new),
            keys().map(Operation.DeleteKey::new),
            keys().map(Operation.GetKey::new));
    return Combinators.combine(
            condition.list().ofMaxSize(2),
            operation.list().ofMaxSize(5),
            operation.list().ofMaxSize(5))
        .as(Command.Txn::new);
  }

  public static Arbitrary<Key> keys() {
    return Arbitraries.of("a", "aa", "ab", "ab\u0000", "b", "ba", "\u00e9", "\ud83d\ude00", "zz")
        .map(Key::of);
  }

  public static Arbitrary<Key> prefixes() {
    return Arbitraries.of("", "a", "ab", "b", "c", "\u00e9", "zzz").map(Key::of);
  }

  private static Arbitrary<byte[]> values() {
    return Arbitraries.of("", "v", "w", "\u0000\u00ff", "x".repeat(300))
        .map(text -> Key.of(text).bytes());
  }

  private static Arbitrary<Pair> pair() {
    Arbitrary<Long> ttl = Arbitraries.of(0L, 0L, 1L, 7L, 20L, Long.MAX_VALUE);
    return Combinators.combine(keys(), values(), ttl).as(Pair::new);
  }

  private static ListArbitrary<Pair> pairs() {
    return pair().list().ofMaxSize(3);
  }

  private static Arbitrary<Guard> guards() {
    return Arbitraries.oneOf(
        Arbitraries.just(Guard.NONE),
        Arbitraries.just(new Guard.Exists()),
        Arbitraries.just(new Guard.Absent()),
        few().map(Guard.VersionIs::new),
        few().map(Guard.VersionIsNot::new),
        few().list().ofMaxSize(3).map(Guard.VersionIn::new),
        few().list().ofMaxSize(3).map(Guard.VersionNotIn::new));
  }

  private static Arbitrary<Long> few() {
    return Arbitraries.longs().between(0, 5);
  }

  private static Arbitrary<Long> ids() {
    return Arbitraries.frequency(Tuple.of(4, 1L), Tuple.of(1, Long.MIN_VALUE));
  }
}
