package hraftd.kv.state;

import hraftd.kv.Command;
import hraftd.kv.CopyComparison;
import hraftd.kv.Item;
import hraftd.kv.StateHash;
import hraftd.kv.Token;
import hraftd.kv.UnsoundCopyException;
import hraftd.kv.codec.Encoder;
import hraftd.kv.codec.ItemCodec;
import hraftd.kv.codec.OutcomeCodec;
import hraftd.kv.codec.StateHashCodec;
import hraftd.kv.codec.TokenCodec;
import hraftd.kv.map.MapCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes a moment of the state as {@link SnapshotBlock}s, and counts its hash again meanwhile: a
 * copy that has changed by itself gets no further. One thread, once.
 */
final class SnapshotWriter {

  private final OutputStream out;
  private final Encoder content = Encoder.sized(SnapshotBlock.FULL_BYTES);

  SnapshotWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Writes it.
   *
   * @throws UnsoundCopyException if items or tokens are not what was put there
   */
  void write(Moment moment) throws IOException {
    Contents contents = moment.contents();
    out.write(SnapshotBlock.MAGIC);
    out.write(version(moment));
    header(moment);
    items(SnapshotBlock.ITEMS, contents.items(), contents.revision());
    tokens(contents);
    once(moment.repeats().recent());
    OlderRepeats older = moment.repeats().older();
    if (older != null) {
      older(older);
    }
    Staging staging = moment.staging();
    if (staging != null) {
      items(SnapshotBlock.STAGED, staging.items(), contents.revision());
    }
    block(SnapshotBlock.END);
  }

  private static int version(Moment moment) {
    if (moment.isForThisVersionAlone()) {
      return SnapshotBlock.THIRD_VERSION;
    }
    return moment.contents().comparison() == null
        ? SnapshotBlock.FIRST_VERSION
        : SnapshotBlock.COMPARED_VERSION;
  }

  private void header(Moment moment) throws IOException {
    Contents contents = moment.contents();
    content.natural("revision", contents.revision());
    content.natural("clock", contents.clockMillis());
    content.natural("items", contents.size());
    content.natural("sequence", moment.repeats().recent().nextSequence());
    content.natural("commands", moment.repeats().recent().size());
    Staging staging = moment.staging();
    content.flag(staging != null);
    if (staging != null) {
      content.fixed(staging.id());
      content.natural("pairs", staging.pairs());
      content.natural("touched", staging.touchedAt());
      content.natural("staged", staging.items().size());
    }
    CopyComparison comparison = contents.comparison();
    boolean third = moment.isForThisVersionAlone();
    if (comparison != null || third) {
      StateHashCodec.write(content, contents.hash());
    }
    if (third) {
      content.flag(comparison != null);
    }
    if (comparison != null) {
      StateHashCodec.write(content, comparison);
    }
    if (third) {
      OlderRepeats older = moment.repeats().older();
      content.flag(older != null);
      if (older != null) {
        content.natural("forgotten", older.forgotten() + 1);
        content.natural("older", older.size());
      }
      content.natural("tokens", contents.tokens().all().size());
    }
    block(SnapshotBlock.HEADER);
  }

  private void tokens(Contents contents) throws IOException {
    for (Token token : contents.tokens().all()) {
      TokenCodec.write(content, token);
      blockIfFull(SnapshotBlock.TOKENS);
    }
    blockIfAny(SnapshotBlock.TOKENS);
    HashedTokens hashed = contents.hashedTokens();
    StateHash counted = hashed.recount();
    if (!counted.equals(hashed.hash())) {
      throw UnsoundCopyException.recounted(contents.revision(), hashed.hash(), counted);
    }
  }

  private void items(SnapshotBlock kind, ItemIndex items, long revision) throws IOException {
    HashSum written = new HashSum(HashSum.Sum.EMPTY);
    for (ItemIndex.Cursor all = items.all(); all.next(); ) {
      Item item = all.item();
      ItemCodec.write(content, item);
      written.at(item.key().bytes()).add(item.value(), item.version(), item.expiresAt());
      blockIfFull(kind);
    }
    blockIfAny(kind);
    StateHash hash = written.done().hash();
    if (!hash.equals(items.hash())) {
      throw UnsoundCopyException.recounted(revision, items.hash(), hash);
    }
  }

  private void once(OnceWindow window) throws IOException {
    for (MapCursor<OnceWindow.Applied> all = window.oldestFirst(); all.next(); ) {
      OnceWindow.Applied applied = all.value();
      content.text("idempotency key", applied.idempotencyKey(), Command.Once.MAX_KEY_CHARS);
      content.fixed(applied.fingerprint());
      OutcomeCodec.write(content, applied.outcome());
      blockIfFull(SnapshotBlock.ONCE);
    }
    blockIfAny(SnapshotBlock.ONCE);
  }

  private void older(OlderRepeats older) throws IOException {
    for (RepeatPage page : older.all()) {
      content.natural("keys", page.size());
      content.natural("revision", page.revision());
      content.natural("clock", page.clock());
      content.flag(page.hasAnswers());
      for (int i = 0; i < page.size(); i++) {
        content.fixed(page.high(i));
        content.fixed(page.low(i));
        if (page.hasAnswers()) {
          content.fixed(page.fingerprint(i));
          content.bytes("answer", page.answer(i), RepeatPage.MAX_ANSWER_BYTES);
        }
        blockIfFull(SnapshotBlock.OLDER);
      }
    }
    blockIfAny(SnapshotBlock.OLDER);
  }

  private void blockIfFull(SnapshotBlock kind) throws IOException {
    if (content.length() >= SnapshotBlock.FULL_BYTES) {
      block(kind);
    }
  }

  private void blockIfAny(SnapshotBlock kind) throws IOException {
    if (content.length() > 0) {
      block(kind);
    }
  }

  private void block(SnapshotBlock kind) throws IOException {
    byte[] frame =
        ByteBuffer.allocate(SnapshotBlock.FRAME_BYTES)
            .put(kind.code)
            .putInt(content.length())
            .array();
    CRC32C crc = new CRC32C();
    crc.update(frame);
    crc.update(content.buffer(), 0, content.length());
    out.write(frame);
    out.write(content.buffer(), 0, content.length());
    out.write(ByteBuffer.allocate(Integer.BYTES).putInt((int) crc.getValue()).array());
    content.clear();
  }
}
