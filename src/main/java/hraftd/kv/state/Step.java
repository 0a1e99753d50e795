package hraftd.kv.state;

import hraftd.kv.Change;
import hraftd.kv.Command;
import hraftd.kv.Command.Condition;
import hraftd.kv.Command.Operation;
import hraftd.kv.CopyComparison;
import hraftd.kv.Guard;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.Outcome;
import hraftd.kv.Tokens;
import hraftd.kv.codec.OutcomeCodec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One command on its way from one moment of the state to the next. Pure: everything it looks at is
 * in the moment, the clock and the command. One thread, one command.
 */
final class Step {

  private final long clock;
  private Contents contents;
  private Repeats repeats;
  private @Nullable Staging staging;
  private List<Change> changes = List.of();
  private boolean replacedAll;

  Step(Moment before, long clockMillis) {
    contents = before.contents().at(clockMillis);
    clock = contents.clockMillis();
    repeats = before.repeats().at(clock);
    Staging staged = before.staging();
    staging = staged == null || staged.isAbandoned(clock) ? null : staged;
  }

  /** Runs the command; to be called once. */
  Outcome run(Command command) {
    return command instanceof Command.Once first ? runOnce(first) : execute(command);
  }

  /** The state afterwards. */
  Moment after() {
    return new Moment(contents, repeats, staging);
  }

  /** What the command changed, in key order; empty also if it replaced everything. */
  List<Change> changes() {
    return changes;
  }

  /** True if the command replaced everything by a copy. */
  boolean replacedAll() {
    return replacedAll;
  }

  private Outcome runOnce(Command.Once command) {
    Outcome known = repeats.answer(command, contents.revision());
    if (known != null) {
      return known;
    }
    Outcome outcome = execute(command.command());
    repeats = repeats.with(command, outcome, clock);
    return outcome;
  }

  private Outcome execute(Command command) {
    if (command instanceof Command.Put put) {
      return put(put);
    }
    if (command instanceof Command.Delete delete) {
      return delete(delete);
    }
    if (command instanceof Command.Txn txn) {
      return transact(txn);
    }
    if (command instanceof Command.DeletePrefix delete) {
      Draft draft = new Draft(contents);
      return deleted(draft, draft.deleteAll(delete.prefix()));
    }
    if (command instanceof Command.Expire expire) {
      Draft draft = new Draft(contents);
      return deleted(draft, draft.expire(expire.limit()));
    }
    if (command instanceof Command.Tick) {
      return nothing();
    }
    if (command instanceof Command.Compare compare) {
      contents = contents.compared(CopyComparison.begun(compare.id(), contents.now()));
      return nothing();
    }
    if (command instanceof Command.Report report) {
      return report(report);
    }
    if (command instanceof Command.RememberByAge || command instanceof Command.RememberByNumber) {
      return remember(command instanceof Command.RememberByAge);
    }
    if (command instanceof Command.PutToken put) {
      return put(put);
    }
    if (command instanceof Command.DeleteToken delete) {
      return delete(delete);
    }
    if (command instanceof Command.RestoreBegin begin) {
      return beginRestore(begin);
    }
    if (command instanceof Command.RestorePart part) {
      return stage(part);
    }
    if (command instanceof Command.RestoreCommit commit) {
      return commitRestore(commit);
    }
    if (command instanceof Command.RestoreAbort abort) {
      return abortRestore(abort);
    }
    throw new IllegalArgumentException("not a command that stands alone: " + command);
  }

  private Outcome report(Command.Report report) {
    CopyComparison newest = contents.comparison();
    if (newest != null && newest.id() == report.id()) {
      contents = contents.compared(newest.with(report.said()));
    }
    return nothing();
  }

  private Outcome remember(boolean byAge) {
    repeats = byAge ? repeats.byAge(contents.revision()) : repeats.byNumber();
    contents = contents.remembering(byAge);
    return nothing();
  }

  private Outcome nothing() {
    return new Outcome.Deleted(contents.revision(), 0);
  }

  private Outcome put(Command.Put command) {
    Outcome refusal = refusal(command.pairs().get(0).key(), command.guard());
    if (refusal != null) {
      return refusal;
    }
    Draft draft = new Draft(contents);
    command.pairs().forEach(draft::put);
    accept(draft);
    return new Outcome.Written(contents.revision());
  }

  private Outcome delete(Command.Delete command) {
    Outcome refusal = refusal(command.key(), command.guard());
    if (refusal != null) {
      return refusal;
    }
    Draft draft = new Draft(contents);
    return deleted(draft, draft.delete(command.key()) ? 1 : 0);
  }

  private Outcome put(Command.PutToken command) {
    Tokens tokens = contents.tokens().with(command.token()).withoutExpired(command.nowMillis());
    if (tokens.bytes() > Tokens.MAX_BYTES) {
      return new Outcome.TooLarge(contents.revision(), tokens.bytes(), Tokens.MAX_BYTES);
    }
    contents = contents.with(tokens);
    return new Outcome.Written(contents.revision());
  }

  private Outcome delete(Command.DeleteToken command) {
    Tokens before = contents.tokens();
    Tokens after = before.without(command.name());
    int gone = before.all().size() - after.all().size();
    if (gone > 0) {
      contents = contents.with(after);
    }
    return new Outcome.Deleted(contents.revision(), gone);
  }

  private Outcome deleted(Draft draft, long count) {
    accept(draft);
    return new Outcome.Deleted(contents.revision(), count);
  }

  private Outcome transact(Command.Txn command) {
    boolean holds = command.conditions().stream().allMatch(this::holds);
    List<Operation> operations = holds ? command.then() : command.otherwise();
    Draft draft = new Draft(contents);
    List<Outcome.Result> results = new ArrayList<>(operations.size());
    for (Operation operation : operations) {
      results.add(operate(draft, operation));
    }
    Outcome done = new Outcome.TxnDone(draft.revision(), holds, List.copyOf(results));
    int bytes = OutcomeCodec.size(done);
    if (bytes > Outcome.TxnDone.MAX_BYTES) {
      return new Outcome.TooLarge(contents.revision(), bytes, Outcome.TxnDone.MAX_BYTES);
    }
    accept(draft);
    return done;
  }

  private boolean holds(Condition condition) {
    Item item = contents.get(condition.key());
    if (condition instanceof Condition.ValueIs expected) {
      return item != null && Arrays.equals(item.value(), expected.value());
    }
    return ((Condition.Holds) condition).guard().allows(item);
  }

  private static Outcome.Result operate(Draft draft, Operation operation) {
    if (operation instanceof Operation.PutKey put) {
      draft.put(put.pair());
      return new Outcome.Result.Put(draft.revision());
    }
    if (operation instanceof Operation.DeleteKey delete) {
      return new Outcome.Result.Deleted(draft.delete(delete.key()) ? 1 : 0);
    }
    return new Outcome.Result.Got(draft.get(((Operation.GetKey) operation).key()));
  }

  private Outcome beginRestore(Command.RestoreBegin command) {
    if (staging == null || staging.id() != command.id()) {
      staging = Staging.begun(command.id(), clock);
    }
    return new Outcome.Staged(contents.revision(), staging.pairs());
  }

  private Outcome stage(Command.RestorePart command) {
    if (staging == null || staging.id() != command.id()) {
      return conflict("no such restore is under way");
    }
    if (!staging.hasTaken(command.position(), command.pairs().size())) {
      if (command.position() != staging.pairs()) {
        return conflict(
            "part at " + command.position() + " does not follow the " + staging.pairs() + " taken");
      }
      staging = staging.with(command.pairs(), clock);
    }
    return new Outcome.Staged(contents.revision(), staging.pairs());
  }

  private Outcome commitRestore(Command.RestoreCommit command) {
    if (staging == null || staging.id() != command.id()) {
      return conflict("no such restore is under way");
    }
    if (staging.pairs() != command.count()) {
      return conflict(staging.pairs() + " pairs were collected, not " + command.count());
    }
    long revision = Math.max(contents.revision(), command.above()) + 1;
    contents = contents.with(revision, staging.items().restoredAt(revision));
    staging = null;
    replacedAll = true;
    return new Outcome.Restored(revision, contents.size());
  }

  private Outcome abortRestore(Command.RestoreAbort command) {
    if (staging != null && staging.id() != command.id()) {
      return conflict("another restore is under way");
    }
    staging = null;
    return new Outcome.Staged(contents.revision(), 0);
  }

  private void accept(Draft draft) {
    contents = draft.done();
    changes = draft.changes();
  }

  private @Nullable Outcome refusal(Key key, Guard guard) {
    if (guard instanceof Guard.None) {
      return null;
    }
    Item item = contents.get(key);
    if (guard.allows(item)) {
      return null;
    }
    return new Outcome.PreconditionFailed(contents.revision(), item == null ? 0 : item.version());
  }

  private Outcome conflict(String detail) {
    return new Outcome.Conflict(contents.revision(), detail);
  }
}
