package hraftd.kv.state;

import hraftd.kv.Command;
import hraftd.kv.CopyComparison;
import hraftd.kv.Item;
import hraftd.kv.StateHash;
import hraftd.kv.Token;
import hraftd.kv.Tokens;
import hraftd.kv.codec.Decoder;
import hraftd.kv.codec.ItemCodec;
import hraftd.kv.codec.OutcomeCodec;
import hraftd.kv.codec.StateHashCodec;
import hraftd.kv.codec.TokenCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link SnapshotWriter} wrote and builds the state bottom up. It believes nothing:
 * checksums, order, limits, counts and the hash of all contents must be right. One thread, once.
 */
final class SnapshotReader {

  /** The header's numbers. */
  private record Header(
      long revision,
      long clock,
      long items,
      long nextSequence,
      long commands,
      @Nullable Staging staging,
      long stagedItems,
      @Nullable StateHash hash,
      @Nullable CopyComparison comparison,
      boolean byAge,
      long forgotten,
      long older,
      long tokens) {}

  private final InputStream in;
  private SnapshotBlock kind = SnapshotBlock.HEADER;
  private Decoder content = new Decoder(new byte[0]);

  SnapshotReader(InputStream in) {
    this.in = in;
  }

  /**
   * The state.
   *
   * @throws IOException if the stream fails or does not hold exactly one whole state
   */
  Moment read() throws IOException {
    try {
      return readWhole();
    } catch (IllegalArgumentException e) {
      throw new IOException("damaged snapshot: " + e.getMessage(), e);
    }
  }

  /** The version of the format of what begins here; -1 if it is no snapshot. */
  static int version(InputStream in) throws IOException {
    return Arrays.equals(in.readNBytes(SnapshotBlock.MAGIC.length), SnapshotBlock.MAGIC)
        ? in.read()
        : -1;
  }

  private Moment readWhole() throws IOException {
    int version = version(in);
    if (version < SnapshotBlock.FIRST_VERSION || version > SnapshotBlock.THIRD_VERSION) {
      throw new IllegalArgumentException("not a snapshot of a known format");
    }
    Header header = readHeader(version);
    nextBlock();
    ItemIndex items = readItems(SnapshotBlock.ITEMS, header.items(), 1, header.revision());
    Contents contents =
        new Contents(
            header.revision(),
            header.clock(),
            items,
            readTokens(header.tokens()),
            header.comparison(),
            header.byAge());
    if (header.hash() != null && !header.hash().equals(contents.hash())) {
      throw new IllegalArgumentException(
          "its items have the hash " + contents.hash() + ", its header says " + header.hash());
    }
    OnceWindow recent = readOnce(header.nextSequence(), header.commands());
    OlderRepeats older = header.byAge() ? readOlder(header) : null;
    ItemIndex staged = readItems(SnapshotBlock.STAGED, header.stagedItems(), 0, 0);
    if (kind != SnapshotBlock.END || in.read() >= 0) {
      throw new IllegalArgumentException("more than the header announces");
    }
    content.end("snapshot");
    Staging staging = header.staging();
    return new Moment(
        contents,
        new Repeats(recent, older),
        staging == null
            ? null
            : new Staging(staging.id(), staging.pairs(), staging.touchedAt(), staged));
  }

  private Header readHeader(int version) throws IOException {
    nextBlock();
    if (kind != SnapshotBlock.HEADER) {
      throw new IllegalArgumentException("no header");
    }
    long revision = content.natural("revision");
    long clock = content.natural("clock");
    long items = content.natural("items");
    long nextSequence = content.natural("sequence");
    long commands = content.natural("commands");
    if (commands > Math.min(nextSequence, OnceWindow.MAX_COMMANDS)) {
      throw new IllegalArgumentException("commands out of range: " + commands);
    }
    Staging staging = null;
    long stagedItems = 0;
    if (content.flag("restore under way")) {
      staging =
          new Staging(
              content.fixed("restore id"),
              content.natural("pairs"),
              content.natural("touched"),
              ItemIndex.EMPTY);
      stagedItems = content.natural("staged");
    }
    StateHash hash = null;
    CopyComparison comparison = null;
    boolean third = version == SnapshotBlock.THIRD_VERSION;
    if (version != SnapshotBlock.FIRST_VERSION) {
      hash = StateHashCodec.read(content);
      if (!third || content.flag("compared")) {
        comparison = StateHashCodec.readComparison(content);
      }
    }
    boolean byAge = third && content.flag("by age");
    long forgotten = byAge ? content.natural("forgotten") - 1 : -1;
    long older = byAge ? content.natural("older") : 0;
    if (forgotten > revision) {
      throw new IllegalArgumentException("forgotten up to a revision after the last");
    }
    long tokens = third ? content.natural("tokens") : 0;
    content.end("header");
    return new Header(
        revision,
        clock,
        items,
        nextSequence,
        commands,
        staging,
        stagedItems,
        hash,
        comparison,
        byAge,
        forgotten,
        older,
        tokens);
  }

  private ItemIndex readItems(SnapshotBlock expected, long count, long minVersion, long maxVersion)
      throws IOException {
    ItemIndex.Builder items = new ItemIndex.Builder();
    for (long i = 0; i < count; i++) {
      nextRecord(expected);
      Item item = ItemCodec.read(content);
      if (item.version() < minVersion || item.version() > maxVersion) {
        throw new IllegalArgumentException("version out of range: " + item.version());
      }
      items.add(item);
    }
    endOf(expected);
    return items.done();
  }

  private HashedTokens readTokens(long count) throws IOException {
    List<Token> tokens = new ArrayList<>();
    long bytes = 0;
    String last = "";
    for (long i = 0; i < count; i++) {
      nextRecord(SnapshotBlock.TOKENS);
      Token token = TokenCodec.read(content);
      bytes += token.weight();
      if (bytes > Tokens.MAX_BYTES || token.name().compareTo(last) <= 0) {
        throw new IllegalArgumentException("tokens that are too many, or in no order");
      }
      last = token.name();
      tokens.add(token);
    }
    endOf(SnapshotBlock.TOKENS);
    return HashedTokens.of(Tokens.of(tokens));
  }

  private OnceWindow readOnce(long nextSequence, long count) throws IOException {
    List<OnceWindow.Applied> oldestFirst = new ArrayList<>();
    for (long sequence = nextSequence - count; sequence < nextSequence; sequence++) {
      nextRecord(SnapshotBlock.ONCE);
      oldestFirst.add(
          new OnceWindow.Applied(
              content.text("idempotency key", Command.Once.MAX_KEY_CHARS),
              sequence,
              content.fixed("fingerprint"),
              OutcomeCodec.read(content)));
    }
    endOf(SnapshotBlock.ONCE);
    return OnceWindow.of(nextSequence, oldestFirst);
  }

  private OlderRepeats readOlder(Header header) throws IOException {
    OlderRepeats.Builder older = new OlderRepeats.Builder(header.forgotten());
    for (long left = header.older(); left > 0; ) {
      nextRecord(SnapshotBlock.OLDER);
      long keys = content.natural("keys");
      if (keys == 0 || keys > Math.min(left, RepeatPage.FULL)) {
        throw new IllegalArgumentException("a page of " + keys + " older commands");
      }
      long revision = content.natural("revision");
      long clock = content.natural("clock");
      if (revision > header.revision() || clock > header.clock()) {
        throw new IllegalArgumentException("an older command after the last");
      }
      boolean answers = content.flag("answers");
      RepeatPage.Builder page = new RepeatPage.Builder((int) keys, answers);
      for (int i = 0; i < keys; i++) {
        nextRecord(SnapshotBlock.OLDER);
        long high = content.fixed("key");
        long low = content.fixed("key");
        if (answers) {
          long fingerprint = content.fixed("fingerprint");
          byte[] answer = content.bytes("answer", RepeatPage.MAX_ANSWER_BYTES);
          checkAnswer(answer, revision);
          page.add(high, low, fingerprint, answer);
        } else {
          page.add(high, low);
        }
      }
      older.add(page.done(revision, clock));
      left -= keys;
    }
    endOf(SnapshotBlock.OLDER);
    return older.done();
  }

  /** It is given to clients as it is, by the node that applies a repeat. */
  private static void checkAnswer(byte[] answer, long maxRevision) {
    if (answer.length == 0) {
      return;
    }
    Decoder alone = new Decoder(answer);
    if (OutcomeCodec.read(alone).revision() > maxRevision) {
      throw new IllegalArgumentException("an answer of a later revision than its page's");
    }
    alone.end("answer");
  }

  /** Makes sure that a record of this kind can be read. */
  private void nextRecord(SnapshotBlock expected) throws IOException {
    if (kind == expected && content.atEnd()) {
      nextBlock();
    }
    if (kind != expected) {
      throw new IllegalArgumentException("fewer " + expected + " than the header announces");
    }
  }

  /** Goes on to the next kind's first block, if this kind had any. */
  private void endOf(SnapshotBlock finished) throws IOException {
    if (kind == finished) {
      content.end("block");
      nextBlock();
    }
  }

  private void nextBlock() throws IOException {
    byte[] frame = in.readNBytes(SnapshotBlock.FRAME_BYTES);
    if (frame.length < SnapshotBlock.FRAME_BYTES) {
      throw new IllegalArgumentException("cut off");
    }
    SnapshotBlock next = SnapshotBlock.of(frame[0]);
    int length = ByteBuffer.wrap(frame, 1, Integer.BYTES).getInt();
    if (length < 0 || length > SnapshotBlock.MAX_BYTES) {
      throw new IllegalArgumentException("block of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    byte[] checksum = in.readNBytes(Integer.BYTES);
    if (bytes.length < length || checksum.length < Integer.BYTES) {
      throw new IllegalArgumentException("cut off");
    }
    CRC32C crc = new CRC32C();
    crc.update(frame);
    crc.update(bytes);
    if ((int) crc.getValue() != ByteBuffer.wrap(checksum).getInt()) {
      throw new IllegalArgumentException("wrong checksum");
    }
    kind = next;
    content = new Decoder(bytes);
  }
}
