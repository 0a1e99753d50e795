package hraftd.kv.state;

import hraftd.kv.Command;
import hraftd.kv.codec.Encoder;
import hraftd.kv.codec.ItemCodec;
import hraftd.kv.codec.OutcomeCodec;
import hraftd.kv.map.MapCursor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Writes a moment of the state as {@link SnapshotBlock}s. One thread, once. */
final class SnapshotWriter {

  private final OutputStream out;
  private final Encoder content = Encoder.sized(SnapshotBlock.FULL_BYTES);

  SnapshotWriter(OutputStream out) {
    this.out = out;
  }

  void write(Moment moment) throws IOException {
    out.write(SnapshotBlock.MAGIC);
    header(moment);
    items(SnapshotBlock.ITEMS, moment.contents().items());
    once(moment.once());
    Staging staging = moment.staging();
    if (staging != null) {
      items(SnapshotBlock.STAGED, staging.items());
    }
    block(SnapshotBlock.END);
  }

  private void header(Moment moment) throws IOException {
    Contents contents = moment.contents();
    content.natural("revision", contents.revision());
    content.natural("clock", contents.clockMillis());
    content.natural("items", contents.size());
    content.natural("sequence", moment.once().nextSequence());
    content.natural("commands", moment.once().size());
    Staging staging = moment.staging();
    content.flag(staging != null);
    if (staging != null) {
      content.fixed(staging.id());
      content.natural("pairs", staging.pairs());
      content.natural("touched", staging.touchedAt());
      content.natural("staged", staging.items().size());
    }
    block(SnapshotBlock.HEADER);
  }

  private void items(SnapshotBlock kind, ItemIndex items) throws IOException {
    for (ItemIndex.Cursor all = items.all(); all.next(); ) {
      ItemCodec.write(content, all.item());
      blockIfFull(kind);
    }
    blockIfAny(kind);
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
