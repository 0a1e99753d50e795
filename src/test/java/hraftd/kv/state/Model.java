package hraftd.kv.state;

import hraftd.kv.Command;
import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the state has to do, said as plainly as possible: mutable, slow, nothing shared. */
final class Model {

  TreeMap<Key, Item> items = new TreeMap<>();
  TreeMap<String, Token> tokens = new TreeMap<>();
  long revision;
  long clock;

  private record Done(long fingerprint, Outcome outcome) {}

  private final Map<String, Done> once = new HashMap<>();
  private boolean byAge;

  private @Nullable Long restoreId;
  private long collected;
  private long touched;
  private TreeMap<Key, Item> staged = new TreeMap<>();

  Outcome apply(long clockMillis, Command command) {
    clock = clockMillis;
    if (restoreId != null && clock > touched + Staging.IDLE_MILLIS) {
      restoreId = null;
    }
    if (!(command instanceof Command.Once first)) {
      return execute(command);
    }
    Done done = once.get(first.idempotencyKey());
    if (done == null && byAge && since(first.idempotencyKey()) > revision) {
      return new Outcome.Conflict(
          revision, "the idempotency key is of a revision that the store has not reached");
    }
    if (done == null) {
      done = new Done(first.fingerprint(), execute(first.command()));
      once.put(first.idempotencyKey(), done);
    }
    return done.fingerprint() == first.fingerprint()
        ? done.outcome()
        : new Outcome.Conflict(revision, "the idempotency key belongs to another request");
  }

  private Outcome execute(Command command) {
    if (command instanceof Command.Put put) {
      Key key = put.pairs().get(0).key();
      if (!holds(put.guard(), items.get(key))) {
        return new Outcome.PreconditionFailed(revision, version(key));
      }
      revision++;
      put.pairs().forEach(pair -> items.put(pair.key(), item(pair, revision)));
      return new Outcome.Written(revision);
    }
    if (command instanceof Command.Delete delete) {
      if (!holds(delete.guard(), items.get(delete.key()))) {
        return new Outcome.PreconditionFailed(revision, version(delete.key()));
      }
      return delete(List.of(delete.key()));
    }
    if (command instanceof Command.DeletePrefix delete) {
      String prefix = delete.prefix().text();
      return delete(items.keySet().stream().filter(k -> k.text().startsWith(prefix)).toList());
    }
    if (command instanceof Command.Expire expire) {
      return delete(
          items.values().stream()
              .filter(item -> item.expiresAt() != 0 && item.expiresAt() <= clock)
              .sorted(Comparator.comparing(Item::expiresAt).thenComparing(Item::key))
              .limit(expire.limit())
              .map(Item::key)
              .toList());
    }
    if (command instanceof Command.Txn txn) {
      return transact(txn);
    }
    if (command instanceof Command.RememberByAge || command instanceof Command.RememberByNumber) {
      byAge = command instanceof Command.RememberByAge;
      return new Outcome.Deleted(revision, 0);
    }
    if (command instanceof Command.PutToken put) {
      TreeMap<String, Token> next = new TreeMap<>(tokens);
      next.put(put.token().name(), put.token());
      next.values()
          .removeIf(each -> each.expiresMillis() > 0 && each.expiresMillis() <= put.nowMillis());
      long bytes = next.values().stream().mapToLong(Token::weight).sum();
      if (bytes > 1_048_576) {
        return new Outcome.TooLarge(revision, bytes, 1_048_576);
      }
      tokens = next;
      return new Outcome.Written(revision);
    }
    if (command instanceof Command.DeleteToken delete) {
      return new Outcome.Deleted(revision, tokens.remove(delete.name()) == null ? 0 : 1);
    }
    boolean changesNothing =
        command instanceof Command.Tick
            || command instanceof Command.Compare
            || command instanceof Command.Report;
    return changesNothing ? new Outcome.Deleted(revision, 0) : restore(command);
  }

  private static long since(String idempotencyKey) {
    String[] parts = idempotencyKey.split(";since=", -1);
    return parts.length == 2 && !parts[1].isEmpty() ? Long.parseLong(parts[1]) : -1;
  }

  private Outcome delete(List<Key> keys) {
    long before = items.size();
    keys.forEach(items::remove);
    long count = before - items.size();
    revision += count > 0 ? 1 : 0;
    return new Outcome.Deleted(revision, count);
  }

  private Outcome transact(Command.Txn txn) {
    boolean holds = true;
    for (Condition condition : txn.conditions()) {
      Item item = items.get(condition.key());
      holds &=
          condition instanceof Condition.ValueIs is
              ? item != null && Arrays.equals(is.value(), item.value())
              : holds(((Condition.Holds) condition).guard(), item);
    }
    boolean changed = false;
    List<Outcome.Result> results = new ArrayList<>();
    for (Operation operation : holds ? txn.then() : txn.otherwise()) {
      if (operation instanceof Operation.PutKey put) {
        items.put(put.pair().key(), item(put.pair(), revision + 1));
        results.add(new Outcome.Result.Put(revision + 1));
        changed = true;
      } else if (operation instanceof Operation.DeleteKey delete) {
        boolean was = items.remove(delete.key()) != null;
        results.add(new Outcome.Result.Deleted(was ? 1 : 0));
        changed |= was;
      } else {
        results.add(new Outcome.Result.Got(items.get(((Operation.GetKey) operation).key())));
      }
    }
    revision += changed ? 1 : 0;
    return new Outcome.TxnDone(revision, holds, results);
  }

  private Outcome restore(Command command) {
    if (command instanceof Command.RestoreBegin begin) {
      if (restoreId == null || restoreId != begin.id()) {
        restoreId = begin.id();
        collected = 0;
        touched = clock;
        staged = new TreeMap<>();
      }
      return new Outcome.Staged(revision, collected);
    }
    if (command instanceof Command.RestoreAbort abort) {
      if (restoreId != null && restoreId != abort.id()) {
        return new Outcome.Conflict(revision, "another restore is under way");
      }
      restoreId = null;
      return new Outcome.Staged(revision, 0);
    }
    if (command instanceof Command.RestorePart part) {
      if (restoreId == null || restoreId != part.id()) {
        return new Outcome.Conflict(revision, "no such restore is under way");
      }
      if (part.position() + part.pairs().size() <= collected) {
        return new Outcome.Staged(revision, collected);
      }
      if (part.position() != collected) {
        return new Outcome.Conflict(
            revision,
            "part at " + part.position() + " does not follow the " + collected + " taken");
      }
      part.pairs().forEach(pair -> staged.put(pair.key(), item(pair, 0)));
      collected += part.pairs().size();
      touched = clock;
      return new Outcome.Staged(revision, collected);
    }
    Command.RestoreCommit commit = (Command.RestoreCommit) command;
    if (restoreId == null || restoreId != commit.id()) {
      return new Outcome.Conflict(revision, "no such restore is under way");
    }
    if (collected != commit.count()) {
      return new Outcome.Conflict(
          revision, collected + " pairs were collected, not " + commit.count());
    }
    revision = Math.max(revision, commit.above()) + 1;
    items = new TreeMap<>();
    staged.forEach(
        (key, item) -> items.put(key, new Item(key, item.value(), revision, item.expiresAt())));
    restoreId = null;
    return new Outcome.Restored(revision, items.size());
  }

  private Item item(Pair pair, long version) {
    long expiresAt = pair.ttlMillis() == 0 ? 0 : clock + pair.ttlMillis();
    return new Item(pair.key(), pair.value(), version, expiresAt < 0 ? Long.MAX_VALUE : expiresAt);
  }

  private long version(Key key) {
    Item item = items.get(key);
    return item == null ? 0 : item.version();
  }

  private static boolean holds(Guard guard, @Nullable Item item) {
    long version = item == null ? 0 : item.version();
    if (guard instanceof Guard.VersionIs is) {
      return item != null && version == is.version();
    }
    if (guard instanceof Guard.VersionIsNot not) {
      return item == null || version != not.version();
    }
    if (guard instanceof Guard.VersionIn in) {
      return item != null && in.versions().stream().anyMatch(one -> one == version);
    }
    if (guard instanceof Guard.VersionNotIn notIn) {
      return item == null || notIn.versions().stream().allMatch(one -> one != version);
    }
    return guard instanceof Guard.None || (guard instanceof Guard.Exists) == (item != null);
  }
}
