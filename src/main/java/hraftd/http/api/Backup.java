package hraftd.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import hraftd.http.Json;
import hraftd.kv.Item;
import hraftd.kv.Key;
import hraftd.kv.KvView;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.security.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A backup's form: JSON lines. A header, a line for each key, one for each token if they are
 * wanted, and a trailer with the counts and the SHA-256 of all bytes before it.
 */
final class Backup {

  /** The number of this form, in the header, without tokens. */
  static final int FORMAT = 1;

  /** With some: versions that do not know tokens must not take such a backup without them. */
  static final int FORMAT_WITH_TOKENS = 2;

  /** Items taken from the view at a time. */
  private static final int PAGE_ITEMS = 500;

  private static final Key ALL = new Key(new byte[0]);

  private Backup() {}

  /**
   * Writes a view; holds one page in memory. Blocks as the stream does.
   *
   * @param clock the store's clock, from which times to live are counted
   * @param tokens those that are to be in it
   * @param out not closed
   * @param progress told how many keys have been written
   */
  static void write(
      KvView view,
      String clusterId,
      long clock,
      Tokens tokens,
      OutputStream out,
      LongConsumer progress)
      throws IOException {
    MessageDigest digest = Sha256.begin();
    OutputStream body = new DigestOutputStream(out, digest);
    line(
        body,
        json -> {
          json.writeStartObject();
          json.writeNumberField("format", tokens.isEmpty() ? FORMAT : FORMAT_WITH_TOKENS);
          json.writeNumberField("revision", view.revision());
          json.writeStringField("clusterId", clusterId);
          json.writeNumberField("keys", view.size());
          writeCount(json, tokens);
          json.writeStringField("hash", view.hash().toString());
          json.writeEndObject();
        });
    long count = 0;
    @Nullable Key after = null;
    List<Item> page = view.list(ALL, after, PAGE_ITEMS);
    while (!page.isEmpty()) {
      for (Item item : page) {
        writeItem(item, clock, body);
        after = item.key();
      }
      count += page.size();
      progress.accept(count);
      page = view.list(ALL, after, PAGE_ITEMS);
    }
    for (Token token : tokens.all()) {
      line(body, json -> BackupToken.write(json, token));
    }
    long total = count;
    String sha256 = HexFormat.of().formatHex(digest.digest());
    line(
        out,
        json -> {
          json.writeStartObject();
          json.writeNumberField("count", total);
          writeCount(json, tokens);
          json.writeStringField("sha256", sha256);
          json.writeEndObject();
        });
  }

  private static void writeCount(JsonGenerator json, Tokens tokens) throws IOException {
    if (!tokens.isEmpty()) {
      json.writeNumberField("tokens", tokens.all().size());
    }
  }

  private static void writeItem(Item item, long clock, OutputStream out) throws IOException {
    line(
        out,
        json -> {
          json.writeStartObject();
          Json.writeBytes(json, "key", item.key().bytes());
          Json.writeBytes(json, "value", item.value());
          if (item.expiresAt() != 0) {
            json.writeStringField("ttl", Ttl.remaining(item, clock));
          }
          json.writeEndObject();
        });
  }

  private static void line(OutputStream out, Json.Writer writer) throws IOException {
    out.write(Json.write(writer));
    out.write('\n');
  }
}
