package hraftd.kv.codec;

import hraftd.kv.Right;
import hraftd.kv.Rule;
import hraftd.kv.Token;
import hraftd.kv.TokenHash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The binary form of tokens: name, hash, rules, times, limits. */
public final class TokenCodec {

  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int ADMIN = 3;

  private static final byte[] NO_HASH = {};

  private TokenCodec() {}

  /** A token alone, as {@link #read} reads it; the same one always gives the same bytes. */
  public static byte[] bytes(Token token) {
    Encoder counted = Encoder.counting();
    write(counted, token);
    Encoder out = Encoder.sized(counted.length());
    write(out, token);
    return out.buffer();
  }

  /** Writes a token. */
  public static void write(Encoder out, Token token) {
    out.text("name", token.name(), Token.MAX_NAME_CHARS);
    TokenHash hash = token.hash();
    out.bytes("hash", hash == null ? NO_HASH : hash.bytes(), TokenHash.BYTES);
    out.varint(token.rules().size());
    for (Rule rule : token.rules()) {
      out.prefix(rule.prefix());
      out.octet(code(rule.may()));
    }
    out.natural("created", token.createdMillis());
    out.natural("expires", token.expiresMillis());
    out.natural("requests", token.limits().requestsPerSecond());
    out.natural("bytes", token.limits().bytes());
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the bytes are not a token, as {@link Token} checks it
   */
  public static Token read(Decoder in) {
    String name = in.text("name", Token.MAX_NAME_CHARS);
    TokenHash hash = hash(in.bytes("hash", TokenHash.BYTES));
    int count = in.count("number of rules");
    if (count > Token.MAX_RULES) {
      throw new IllegalArgumentException("a token with " + count + " rules");
    }
    List<Rule> rules = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      rules.add(new Rule(in.prefix("prefix"), right(in.octet("right"))));
    }
    return new Token(
        name,
        hash,
        rules,
        in.natural("created"),
        in.natural("expires"),
        new Token.Limits(in.natural("requests"), in.natural("bytes")));
  }

  private static @Nullable TokenHash hash(byte[] bytes) {
    return bytes.length == 0 ? null : new TokenHash(bytes);
  }

  private static int code(Right right) {
    return switch (right) {
      case READ -> READ;
      case WRITE -> WRITE;
      case ADMIN -> ADMIN;
    };
  }

  private static Right right(int code) {
    return switch (code) {
      case READ -> Right.READ;
      case WRITE -> Right.WRITE;
      case ADMIN -> Right.ADMIN;
      default -> throw Decoder.unknown("right", code);
    };
  }
}
