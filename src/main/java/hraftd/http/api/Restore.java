package hraftd.http.api;

import hraftd.http.Code;
import hraftd.http.Problem;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Outcome;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.raft.Consensus;
import hraftd.raft.ConsensusException;
import hraftd.raft.Deadline;
import hraftd.raft.WireFormat;
import hraftd.text.BoundedLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Replaces the content of the store by a backup: many commands that collect the copy on all nodes,
 * and one that puts it in place; then one for each token that the backup holds. Blocks; one thread
 * uses it.
 *
 * <p>Every command may be sent again when its fate is unknown: the state takes each once.
 */
final class Restore {

  /** A command's pairs: few enough that other writes are not held up behind it. */
  private static final int PART_PAIRS = 1000;

  private static final int PART_BYTES = 1 << 20;

  /** How often a command is sent, and how long each time, while the cluster changes its leader. */
  private static final int ATTEMPTS = 10;

  private static final Duration ATTEMPT_TIMEOUT = Duration.ofSeconds(10);

  /** Between two attempts that failed at once. */
  private static final Duration PAUSE = Duration.ofMillis(300);

  private static final BoundedLog LOG = new BoundedLog(LoggerFactory.getLogger(Restore.class));

  /**
   * What was done.
   *
   * @param revision of all keys now
   * @param keys how many there are
   * @param tokens how many were put back; those that had expired were not
   */
  record Done(long revision, long keys, long tokens) {}

  private final Consensus consensus;
  private final Tokens present;
  private final Clock clock;
  private final BackupFile backup;
  private final @Nullable String idempotencyKey;
  private final long id = ThreadLocalRandom.current().nextLong();
  private final ProgressLog progress;

  /**
   * A restore that has not begun.
   *
   * @param idempotencyKey the client's name for it; null: none
   * @param clock that of people, by which tokens expire
   */
  Restore(Store store, BackupFile backup, @Nullable String idempotencyKey, Clock clock) {
    this.consensus = store.consensus();
    this.present = store.state().view().tokens();
    this.clock = clock;
    this.backup = backup;
    this.idempotencyKey = idempotencyKey;
    this.progress = new ProgressLog("restore: {} of " + backup.count() + " keys sent");
  }

  /**
   * Does it.
   *
   * @throws Problem if it could not be done; then nothing has changed, or it says that it may have
   */
  Done run() throws IOException, InterruptedException {
    checkTokens();
    Outcome.Restored keys = keys();
    return new Done(keys.revision(), keys.keys(), putTokens(keys.revision()));
  }

  private Outcome.Restored keys() throws IOException, InterruptedException {
    boolean nothingIsLeft = false;
    try {
      collect();
      Outcome.Restored restored = commit();
      // A repeat is answered from the first time: what was collected now is of no use.
      nothingIsLeft = idempotencyKey == null;
      LOG.info("restore: {} keys in place at revision {}", restored.keys(), restored.revision());
      return restored;
    } finally {
      if (!nothingIsLeft) {
        abort();
      }
    }
  }

  /** Before anything changes: keys without the tokens that belong to them are half a restore. */
  private void checkTokens() {
    if (backup.tokens().isEmpty()) {
      return;
    }
    if (!consensus.status().commonFormat().knowsTokens()) {
      throw new Problem(
          Code.NOT_SUPPORTED,
          "the backup has tokens, and not all members of this cluster know any");
    }
    Tokens after = present;
    for (Token token : backup.tokens().all()) {
      after = after.without(token.name());
    }
    requireRoom(after.bytes() + backup.tokens().bytes());
  }

  private static void requireRoom(long bytes) {
    if (bytes > Tokens.MAX_BYTES) {
      throw tooMany(bytes);
    }
  }

  private static Problem tooMany(long bytes) {
    return Problem.tooLarge(
        "what the backup and the store have of tokens, all together,", Tokens.MAX_BYTES, bytes);
  }

  /** Each as often as the restore is sent: the same one again finishes what was broken off. */
  private long putTokens(long revision) throws InterruptedException {
    long done = 0;
    for (Token token : backup.tokens().all()) {
      long now = clock.millis();
      if (token.isExpired(now)) {
        continue;
      }
      try {
        if (propose(new Command.PutToken(token, now)) instanceof Outcome.TooLarge tooLarge) {
          throw tooMany(tooLarge.bytes());
        }
        done++;
      } catch (Problem problem) {
        throw new Problem(
            problem.code(),
            Code.Effect.UNKNOWN,
            "unfinished: all keys are in place at revision "
                + revision
                + ", and "
                + done
                + " tokens of "
                + backup.tokens().all().size()
                + "; the same restore again puts the others back. "
                + problem.detail());
      }
    }
    if (done > 0) {
      LOG.info("restore: {} tokens put back", done);
    }
    return done;
  }

  /** Until the commit is sent nothing can have changed. */
  private void collect() throws IOException, InterruptedException {
    try {
      propose(new Command.RestoreBegin(id));
      sendParts();
    } catch (Problem problem) {
      if (problem.effect() == Code.Effect.UNKNOWN) {
        throw new Problem(problem.code(), Code.Effect.REJECTED, problem.detail());
      }
      throw problem;
    }
  }

  /** A second commit would find no restore to be committed: the repeat has to be told apart. */
  private Outcome.Restored commit() throws InterruptedException {
    // Nodes of hraftd 1.0 cannot read a restore that goes on above a revision.
    boolean above = consensus.status().commonFormat().covers(WireFormat.V3);
    Command commit = new Command.RestoreCommit(id, backup.count(), above ? backup.revision() : 0);
    Outcome outcome =
        propose(
            idempotencyKey == null
                ? new Command.Once("hraftd-restore-" + Long.toHexString(id), id, commit)
                : new Command.Once(idempotencyKey, backup.fingerprint(), commit));
    if (outcome instanceof Outcome.Restored restored) {
      return restored;
    }
    if (outcome instanceof Outcome.RepeatExpired) {
      throw Writes.expired();
    }
    throw Problem.conflict("the idempotency key belongs to another request");
  }

  private void sendParts() throws IOException, InterruptedException {
    List<Pair> part = new ArrayList<>();
    long position = 0;
    long bytes = 0;
    BackupFile.Pairs pairs = backup.pairs();
    for (Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      part.add(pair);
      bytes += pair.key().bytes().length + pair.value().length;
      if (part.size() == PART_PAIRS || bytes >= PART_BYTES) {
        position = send(position, part);
        part = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!part.isEmpty()) {
      send(position, part);
    }
  }

  private long send(long position, List<Pair> part) throws InterruptedException {
    propose(new Command.RestorePart(id, position, part));
    progress.reached(position + part.size());
    return position + part.size();
  }

  private void abort() throws InterruptedException {
    try {
      consensus.propose(new Command.RestoreAbort(id), Deadline.after(ATTEMPT_TIMEOUT)).get();
    } catch (ExecutionException e) {
      LOG.warn("restore: the parts sent so far could not be dropped: {}", e.getCause());
    }
  }

  private Outcome propose(Command command) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        Outcome outcome = consensus.propose(command, Deadline.after(ATTEMPT_TIMEOUT)).get();
        if (outcome instanceof Outcome.Conflict conflict) {
          throw Problem.conflict(conflict.detail());
        }
        return outcome;
      } catch (ExecutionException e) {
        Problem problem = Problem.of(e);
        if (attempt == ATTEMPTS || !mayPass(Problem.unwrap(e))) {
          throw problem;
        }
        LOG.info("restore: trying again, {}", problem.detail());
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }

  private static boolean mayPass(Throwable failure) {
    return failure instanceof ConsensusException.NoLeader
        || failure instanceof ConsensusException.OutcomeUnknown
        || failure instanceof ConsensusException.DeadlinePassed
        || failure instanceof ConsensusException.Overloaded;
  }
}
