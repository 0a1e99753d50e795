package hraftd.kv.codec;

import hraftd.kv.Item;
import hraftd.kv.Outcome;
import hraftd.kv.Outcome.Result;
import java.util.ArrayList;
import java.util.List;

/** The binary form of outcomes in snapshots: a byte that says which, then its fields. */
public final class OutcomeCodec {

  private static final int WRITTEN = 1;
  private static final int DELETED = 2;
  private static final int PRECONDITION_FAILED = 3;
  private static final int TXN_DONE = 4;
  private static final int STAGED = 5;
  private static final int RESTORED = 6;
  private static final int CONFLICT = 7;
  private static final int TOO_LARGE = 8;

  private static final int RESULT_PUT = 1;
  private static final int RESULT_DELETED = 2;
  private static final int RESULT_GOT = 3;
  private static final int RESULT_GOT_NOTHING = 4;

  /** Details are sentences of our own; the longest has about a hundred characters. */
  private static final int MAX_DETAIL_CHARS = 1000;

  private OutcomeCodec() {}

  /** How many bytes the outcome takes. */
  public static int size(Outcome outcome) {
    Encoder counted = Encoder.counting();
    write(counted, outcome);
    return counted.length();
  }

  /** An outcome alone, as {@link #read} reads it. */
  public static byte[] bytes(Outcome outcome) {
    Encoder out = Encoder.sized(size(outcome));
    write(out, outcome);
    return out.buffer();
  }

  /** Writes an outcome; the same one always gives the same bytes. */
  public static void write(Encoder out, Outcome outcome) {
    if (outcome instanceof Outcome.Written) {
      begin(out, WRITTEN, outcome);
    } else if (outcome instanceof Outcome.Deleted deleted) {
      begin(out, DELETED, outcome);
      out.natural("count", deleted.count());
    } else if (outcome instanceof Outcome.PreconditionFailed failed) {
      begin(out, PRECONDITION_FAILED, outcome);
      out.natural("version", failed.presentVersion());
    } else if (outcome instanceof Outcome.TxnDone done) {
      begin(out, TXN_DONE, outcome);
      out.flag(done.succeeded());
      out.varint(done.results().size());
      done.results().forEach(result -> write(out, result));
    } else if (outcome instanceof Outcome.Staged staged) {
      begin(out, STAGED, outcome);
      out.natural("count", staged.count());
    } else if (outcome instanceof Outcome.Restored restored) {
      begin(out, RESTORED, outcome);
      out.natural("keys", restored.keys());
    } else if (outcome instanceof Outcome.TooLarge tooLarge) {
      begin(out, TOO_LARGE, outcome);
      out.natural("bytes", tooLarge.bytes());
      out.natural("limit", tooLarge.limit());
    } else {
      begin(out, CONFLICT, outcome);
      out.text("detail", ((Outcome.Conflict) outcome).detail(), MAX_DETAIL_CHARS);
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the bytes are not an outcome
   */
  public static Outcome read(Decoder in) {
    int kind = in.octet("outcome");
    long revision = in.natural("revision");
    return switch (kind) {
      case WRITTEN -> new Outcome.Written(revision);
      case DELETED -> new Outcome.Deleted(revision, in.natural("count"));
      case PRECONDITION_FAILED -> new Outcome.PreconditionFailed(revision, in.natural("version"));
      case TXN_DONE -> new Outcome.TxnDone(revision, in.flag("succeeded"), readResults(in));
      case STAGED -> new Outcome.Staged(revision, in.natural("count"));
      case RESTORED -> new Outcome.Restored(revision, in.natural("keys"));
      case TOO_LARGE -> new Outcome.TooLarge(revision, in.natural("bytes"), in.natural("limit"));
      case CONFLICT -> new Outcome.Conflict(revision, in.text("detail", MAX_DETAIL_CHARS));
      default -> throw Decoder.unknown("outcome", kind);
    };
  }

  private static void begin(Encoder out, int kind, Outcome outcome) {
    out.octet(kind);
    out.natural("revision", outcome.revision());
  }

  private static void write(Encoder out, Result result) {
    if (result instanceof Result.Put put) {
      out.octet(RESULT_PUT);
      out.natural("version", put.version());
    } else if (result instanceof Result.Deleted deleted) {
      out.octet(RESULT_DELETED);
      out.flag(deleted.count() == 1);
    } else {
      Item item = ((Result.Got) result).item();
      out.octet(item == null ? RESULT_GOT_NOTHING : RESULT_GOT);
      if (item != null) {
        ItemCodec.write(out, item);
      }
    }
  }

  private static List<Result> readResults(Decoder in) {
    int count = in.count("number of results");
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      results.add(readResult(in));
    }
    return List.copyOf(results);
  }

  private static Result readResult(Decoder in) {
    int kind = in.octet("result");
    return switch (kind) {
      case RESULT_PUT -> new Result.Put(in.natural("version"));
      case RESULT_DELETED -> new Result.Deleted(in.flag("count") ? 1 : 0);
      case RESULT_GOT -> new Result.Got(ItemCodec.read(in));
      case RESULT_GOT_NOTHING -> new Result.Got(null);
      default -> throw Decoder.unknown("result", kind);
    };
  }
}
