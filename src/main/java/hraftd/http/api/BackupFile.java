package hraftd.http.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import hraftd.http.Durations;
import hraftd.http.Json;
import hraftd.http.Problem;
import hraftd.kv.Command;
import hraftd.kv.Command.Pair;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.security.Sha256;
import hraftd.text.Printable;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A backup that has been received and found whole: every line could be read, and count and SHA-256
 * are those of its trailer. It lies in a file without a name, which is gone when the process is,
 * however that ends. One thread uses it.
 */
final class BackupFile implements AutoCloseable {

  /** The longest line: a value of 1 MiB and a key, every byte escaped. */
  private static final int MAX_LINE_BYTES = 7 << 20;

  /** The longest backup: it has to fit on the disk of temporary files. */
  private static final long MAX_BYTES = 64L << 30;

  private static final int BUFFER_BYTES = 64 << 10;

  /** So much of what should be something else is said again. */
  private static final int SHOWN_BYTES = 64;

  private final FileChannel file;
  private final Summary summary;

  /**
   * What a backup says of itself, and what of that was found true.
   *
   * @param clusterId the cluster that it was taken of; empty if it does not say
   * @param revision the store's at that time; 0 if it does not say
   * @param count how many keys it holds
   * @param tokens those that it holds
   * @param sha256 of all before the trailer
   * @param hash the store's at that time; empty if it does not say
   */
  record Summary(
      String clusterId, long revision, long count, Tokens tokens, String sha256, String hash) {}

  private BackupFile(FileChannel file, Summary summary) {
    this.file = file;
    this.summary = summary;
  }

  /**
   * Receives a backup and checks it. Blocks as the stream does.
   *
   * @param directory on whose disk the file goes
   * @param space of that directory
   * @param progress told how many keys have come
   * @throws Problem 400 if it is damaged, cut short or not a backup, 507 if there is no room for it
   * @throws IOException if the file cannot be written
   */
  static BackupFile receive(
      InputStream stream, Path directory, FreeSpace space, LongConsumer progress)
      throws IOException {
    FileChannel file =
        FileChannel.open(
            Files.createTempFile(directory, "restore-", ".jsonl"),
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    boolean whole = false;
    try {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), BUFFER_BYTES);
      Summary summary = copy(new BufferedInputStream(stream, BUFFER_BYTES), out, space, progress);
      out.flush();
      whole = true;
      return new BackupFile(file, summary);
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  /** Writes the keys' lines alone. */
  static Summary copy(InputStream in, OutputStream out, FreeSpace space, LongConsumer progress)
      throws IOException {
    MessageDigest digest = Sha256.begin();
    byte[] line = readLine(in, 1);
    if (line == null) {
      throw Problem.badRequest("the backup is empty");
    }
    JsonNode header = header(line);
    boolean withTokens = header.path("format").asInt() == Backup.FORMAT_WITH_TOKENS;
    long revision = revision(header);
    long count = 0;
    List<Token> tokens = new ArrayList<>();
    long tokenBytes = 0;
    long length = 0;
    while (true) {
      update(digest, line);
      length += line.length;
      long number = count + tokens.size() + 2;
      line = readLine(in, number);
      if (line == null) {
        throw Problem.badRequest("the backup is cut short: it has no trailer");
      }
      if (isTrailer(line)) {
        break;
      }
      if (length > MAX_BYTES) {
        throw Problem.tooLarge("the backup", MAX_BYTES, length);
      }
      if (withTokens && (!tokens.isEmpty() || BackupToken.isOne(line))) {
        Token token = BackupToken.read(line, where(number));
        tokenBytes += token.weight();
        if (tokenBytes > Tokens.MAX_BYTES) {
          throw Problem.badRequest("the backup has more tokens than a store may have");
        }
        tokens.add(token);
        continue;
      }
      pair(line, number);
      space.require(length);
      out.write(line);
      out.write('\n');
      count++;
      progress.accept(count);
    }
    String sha256 = HexFormat.of().formatHex(digest.digest());
    JsonNode trailer = Json.object(line);
    checkCount(trailer, "count", "keys", count);
    if (withTokens) {
      checkCount(trailer, "tokens", "tokens", tokens.size());
    }
    checkDigest(trailer, sha256);
    if (in.read() >= 0) {
      throw Problem.badRequest("something follows the backup's trailer");
    }
    return new Summary(
        header.path("clusterId").asText(),
        revision,
        count,
        all(tokens),
        sha256,
        header.path("hash").asText());
  }

  private static Tokens all(List<Token> tokens) {
    try {
      return Tokens.of(tokens);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("the backup is damaged: " + e.getMessage());
    }
  }

  private static void update(MessageDigest digest, byte[] line) {
    digest.update(line);
    digest.update((byte) '\n');
  }

  /** The revision of the store that it was taken of; 0 if it does not say. */
  long revision() {
    return summary.revision;
  }

  /** How many keys it holds. */
  long count() {
    return summary.count;
  }

  /** The tokens that it holds, beside the keys. */
  Tokens tokens() {
    return summary.tokens;
  }

  /** Two backups with the same content have the same. */
  long fingerprint() {
    return HexFormat.fromHexDigitsToLong(summary.sha256, 0, 2 * Long.BYTES);
  }

  /** Its pairs, from the first. */
  Pairs pairs() throws IOException {
    file.position(0);
    return new Pairs(new BufferedInputStream(Channels.newInputStream(file), BUFFER_BYTES));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Pairs read one after the other, until the file is closed. */
  static final class Pairs {
    private final InputStream in;
    private long number = 1;

    private Pairs(InputStream in) {
      this.in = in;
    }

    /** The next pair; null after the last. */
    @Nullable Pair next() throws IOException {
      number++;
      byte[] line = readLine(in, number);
      return line == null ? null : pair(line, number);
    }
  }

  /** A line without its end; null at the end of the stream. */
  private static byte @Nullable [] readLine(InputStream in, long number) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      line.write(next);
      if (line.size() > MAX_LINE_BYTES) {
        throw Problem.badRequest("line " + number + " of the backup is too long to be one");
      }
      next = in.read();
    }
    if (next < 0) {
      throw Problem.badRequest("the backup is cut short in line " + number);
    }
    return line.toByteArray();
  }

  private static JsonNode header(byte[] line) {
    JsonNode header = MissingNode.getInstance();
    try {
      header = Json.object(line);
    } catch (Problem noObject) {
      // Said below.
    }
    int format = header.path("format").asInt();
    if (format != Backup.FORMAT && format != Backup.FORMAT_WITH_TOKENS) {
      throw Problem.badRequest(
          "this is no backup of a format that this node knows: its first line must have"
              + " \"format\":"
              + Backup.FORMAT
              + " or "
              + Backup.FORMAT_WITH_TOKENS);
    }
    return header;
  }

  private static long revision(JsonNode header) {
    JsonNode said = header.path("revision");
    long revision = said.isMissingNode() ? 0 : said.isIntegralNumber() ? said.asLong() : -1;
    if (revision < 0 || revision > Command.RestoreCommit.MAX_ABOVE) {
      throw Problem.badRequest(
          "the backup's first line has a revision that is not from 0 to "
              + Command.RestoreCommit.MAX_ABOVE);
    }
    return revision;
  }

  private static boolean isTrailer(byte[] line) {
    byte[] start = {'{', '"', 'c', 'o', 'u', 'n', 't', '"'};
    return Arrays.equals(line, 0, Math.min(line.length, start.length), start, 0, start.length);
  }

  private static void checkCount(JsonNode trailer, String name, String what, long count) {
    if (trailer.path(name).asLong(-1) != count) {
      throw Problem.badRequest(
          "the backup is damaged: it has "
              + count
              + " "
              + what
              + ", its trailer says "
              + Printable.cut(trailer.path(name).asText(), SHOWN_BYTES));
    }
  }

  private static void checkDigest(JsonNode trailer, String sha256) {
    if (!trailer.path("sha256").asText().equals(sha256)) {
      throw Problem.badRequest("the backup is damaged: its SHA-256 is not that of its trailer");
    }
  }

  private static String where(long number) {
    return "line " + number + " of the backup";
  }

  private static Pair pair(byte[] line, long number) {
    String where = where(number);
    byte[] key = null;
    byte[] value = null;
    long ttl = 0;
    try (JsonParser json = Json.FACTORY.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.badRequest(where + " is not a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken() != JsonToken.VALUE_STRING) {
          throw Problem.badRequest(
              where + ": '" + Printable.cut(name, SHOWN_BYTES) + "' is not a string");
        }
        switch (name) {
          case "key" -> key = Json.utf8(json.getText(), where);
          case "key64" -> key = base64(json.getText());
          case "value" -> value = Json.utf8(json.getText(), where);
          case "value64" -> value = base64(json.getText());
          // One that was due at the moment of the backup goes right after the restore.
          case "ttl" -> ttl = Math.max(1, Durations.parse(json.getText()).toMillis());
          default -> {}
        }
      }
    } catch (IOException e) {
      throw Problem.badRequest(where + " is damaged: " + Json.reason(e));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(where + " is damaged: " + e.getMessage());
    }
    if (key == null || value == null) {
      throw Problem.badRequest(where + " has no key or no value");
    }
    return new Pair(Limits.key(key, where), Limits.value(value, where), ttl);
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("what should be Base64 is not", e);
    }
  }
}
