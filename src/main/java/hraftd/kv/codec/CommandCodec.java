package hraftd.kv.codec;

import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Guard;
import hraftd.kv.Token;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The binary form of commands in the log: a format byte, a byte that says which command, then the
 * command's own fields. Two equal commands have the same bytes, and no other bytes mean the same.
 */
public final class CommandCodec {

  private static final int FORMAT = 1;

  private static final int PUT = 1;
  private static final int DELETE = 2;
  private static final int DELETE_PREFIX = 3;
  private static final int TXN = 4;
  private static final int EXPIRE = 5;
  private static final int TICK = 6;
  private static final int RESTORE_BEGIN = 7;
  private static final int RESTORE_PART = 8;
  private static final int RESTORE_COMMIT = 9;
  private static final int RESTORE_ABORT = 10;
  private static final int ONCE = 11;

  /** As the one without, which logs of version 1.0 hold. */
  private static final int RESTORE_COMMIT_ABOVE = 12;

  // Version 1.0 does not know these.
  private static final int COMPARE = 13;
  private static final int REPORT = 14;

  // Version 1.1 does not know these.
  private static final int REMEMBER_BY_AGE = 15;
  private static final int REMEMBER_BY_NUMBER = 16;

  private static final int PUT_TOKEN = 17;
  private static final int DELETE_TOKEN = 18;

  private CommandCodec() {}

  /**
   * The command as bytes.
   *
   * @throws IllegalArgumentException if {@link #decode} would refuse them: a key, value or
   *     idempotency key that is empty or over its limit, a put of nothing, a negative time to live,
   *     limit, position or count
   */
  public static byte[] encode(Command command) {
    Encoder counted = Encoder.counting();
    writeWhole(counted, command);
    Encoder out = Encoder.sized(counted.length());
    writeWhole(out, command);
    return out.buffer();
  }

  /**
   * The command that these bytes are. It keeps no reference to them.
   *
   * @throws IllegalArgumentException if they are not exactly one command of a known format
   */
  public static Command decode(byte[] bytes) {
    Decoder in = new Decoder(bytes);
    int format = in.octet("command format");
    if (format != FORMAT) {
      throw Decoder.unknown("command format", format);
    }
    int kind = in.octet("command");
    Command command = kind == ONCE ? readOnce(in) : read(kind, in);
    in.end("command");
    return command;
  }

  /**
   * True if hraftd 1.0 can read this command too. Cheap: looks at the first bytes alone.
   *
   * @throws IllegalArgumentException if they are not the beginning of a command
   */
  public static boolean isOfVersion10(byte[] bytes) {
    return kind(bytes) <= ONCE;
  }

  /**
   * True if hraftd 1.1 can read this command too. As cheap.
   *
   * @throws IllegalArgumentException if they are not the beginning of a command
   */
  public static boolean isOfVersion11(byte[] bytes) {
    return kind(bytes) <= REPORT;
  }

  /**
   * True if this leads back to what older versions do, by taking away what they do not know: it may
   * be logged though they cannot read it. As cheap.
   *
   * @throws IllegalArgumentException if they are not the beginning of a command
   */
  public static boolean leadsBack(byte[] bytes) {
    int kind = kind(bytes);
    return kind == REMEMBER_BY_NUMBER || kind == DELETE_TOKEN;
  }

  /** Which command it is; of what is to happen once, what that is. */
  private static int kind(byte[] bytes) {
    Decoder in = new Decoder(bytes);
    in.octet("command format");
    int kind = in.octet("command");
    if (kind == ONCE) {
      in.text("idempotency key", Command.Once.MAX_KEY_CHARS);
      in.fixed("fingerprint");
      kind = in.octet("command");
    }
    return kind;
  }

  /**
   * A command as hraftd 1.0 can read it, with the same effect there.
   *
   * @return the same array if it can read that one; null if there is no such command
   */
  public static byte @Nullable [] forVersion10(byte[] bytes) {
    if (isOfVersion10(bytes)) {
      return bytes;
    }
    Command command = decode(bytes);
    // They change nothing that 1.0 has a notion of.
    return command instanceof Command.Compare || command instanceof Command.Report
        ? encode(new Command.Tick())
        : null;
  }

  private static void writeWhole(Encoder out, Command command) {
    out.octet(FORMAT);
    write(out, command);
  }

  private static void write(Encoder out, Command command) {
    if (command instanceof Command.Put put) {
      out.octet(PUT);
      GuardCodec.write(out, put.guard());
      PairCodec.writeAll(out, notEmpty(put.pairs()));
    } else if (command instanceof Command.Once once) {
      out.octet(ONCE);
      out.text("idempotency key", named(once.idempotencyKey()), Command.Once.MAX_KEY_CHARS);
      out.fixed(once.fingerprint());
      write(out, once.command());
    } else if (command instanceof Command.Delete delete) {
      out.octet(DELETE);
      GuardCodec.write(out, delete.guard());
      out.key(delete.key());
    } else if (command instanceof Command.DeletePrefix delete) {
      out.octet(DELETE_PREFIX);
      out.prefix(delete.prefix());
    } else if (command instanceof Command.Txn txn) {
      out.octet(TXN);
      TxnCodec.write(out, txn);
    } else if (command instanceof Command.Expire expire) {
      out.octet(EXPIRE);
      out.natural("limit", expire.limit());
    } else if (command instanceof Command.Tick) {
      out.octet(TICK);
    } else if (command instanceof Command.Compare compare) {
      out.octet(COMPARE);
      out.fixed(compare.id());
    } else if (command instanceof Command.Report report) {
      out.octet(REPORT);
      out.fixed(report.id());
      StateHashCodec.write(out, report.said());
    } else if (command instanceof Command.RememberByAge) {
      out.octet(REMEMBER_BY_AGE);
    } else if (command instanceof Command.RememberByNumber) {
      out.octet(REMEMBER_BY_NUMBER);
    } else if (command instanceof Command.PutToken put) {
      out.octet(PUT_TOKEN);
      TokenCodec.write(out, put.token());
      out.natural("now", put.nowMillis());
    } else if (command instanceof Command.DeleteToken delete) {
      out.octet(DELETE_TOKEN);
      out.text("name", delete.name(), Token.MAX_NAME_CHARS);
    } else {
      writeRestore(out, command);
    }
  }

  private static void writeRestore(Encoder out, Command command) {
    if (command instanceof Command.RestorePart part) {
      out.octet(RESTORE_PART);
      out.fixed(part.id());
      out.natural("position", part.position());
      PairCodec.writeAll(out, part.pairs());
    } else if (command instanceof Command.RestoreBegin begin) {
      out.octet(RESTORE_BEGIN);
      out.fixed(begin.id());
    } else if (command instanceof Command.RestoreCommit commit) {
      out.octet(commit.above() == 0 ? RESTORE_COMMIT : RESTORE_COMMIT_ABOVE);
      out.fixed(commit.id());
      out.natural("count", commit.count());
      if (commit.above() != 0) {
        out.natural("above", commit.above());
      }
    } else {
      out.octet(RESTORE_ABORT);
      out.fixed(((Command.RestoreAbort) command).id());
    }
  }

  /** A command that stands in it is no Once: the depth of what a peer sends is bounded. */
  private static Command readOnce(Decoder in) {
    return new Command.Once(
        named(in.text("idempotency key", Command.Once.MAX_KEY_CHARS)),
        in.fixed("fingerprint"),
        read(in.octet("command"), in));
  }

  private static Command read(int kind, Decoder in) {
    return switch (kind) {
      case PUT -> {
        Guard guard = GuardCodec.read(in);
        yield new Command.Put(notEmpty(PairCodec.readAll(in)), guard);
      }
      case DELETE -> {
        Guard guard = GuardCodec.read(in);
        yield new Command.Delete(in.key("key"), guard);
      }
      case DELETE_PREFIX -> new Command.DeletePrefix(in.prefix("prefix"));
      case TXN -> TxnCodec.read(in);
      case EXPIRE -> new Command.Expire(limit(in));
      case TICK -> new Command.Tick();
      case COMPARE -> new Command.Compare(in.fixed("comparison"));
      case REPORT -> new Command.Report(in.fixed("comparison"), StateHashCodec.readReported(in));
      case REMEMBER_BY_AGE -> new Command.RememberByAge();
      case REMEMBER_BY_NUMBER -> new Command.RememberByNumber();
      case PUT_TOKEN -> new Command.PutToken(TokenCodec.read(in), in.natural("now"));
      case DELETE_TOKEN -> new Command.DeleteToken(in.text("name", Token.MAX_NAME_CHARS));
      case RESTORE_BEGIN -> new Command.RestoreBegin(in.fixed("restore id"));
      case RESTORE_PART ->
          new Command.RestorePart(
              in.fixed("restore id"), in.natural("position"), PairCodec.readAll(in));
      case RESTORE_COMMIT ->
          new Command.RestoreCommit(in.fixed("restore id"), in.natural("count"), 0);
      case RESTORE_COMMIT_ABOVE ->
          new Command.RestoreCommit(
              in.fixed("restore id"), in.natural("count"), above(in.natural("above")));
      case RESTORE_ABORT -> new Command.RestoreAbort(in.fixed("restore id"));
      case ONCE -> throw new IllegalArgumentException("a command cannot be once twice");
      default -> throw Decoder.unknown("command", kind);
    };
  }

  private static int limit(Decoder in) {
    long limit = in.natural("limit");
    if (limit > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("limit is out of range");
    }
    return (int) limit;
  }

  private static List<Pair> notEmpty(List<Pair> pairs) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("a put of no pair");
    }
    return pairs;
  }

  /** Nothing has two forms. */
  private static long above(long revision) {
    if (revision == 0) {
      throw new IllegalArgumentException("a restore above nothing");
    }
    return revision;
  }

  private static String named(String idempotencyKey) {
    if (idempotencyKey.isEmpty()) {
      throw new IllegalArgumentException("idempotency key is empty");
    }
    return idempotencyKey;
  }
}
