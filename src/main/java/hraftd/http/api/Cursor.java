package hraftd.http.api;

import hraftd.http.Problem;
import hraftd.kv.Key;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing goes on: the revision that it shows, its prefix, and the last key that was given.
 * As text it is URL-safe, begins with a word that no plain key is expected to begin with, and
 * carries a checksum: one that was damaged on its way must not be taken for a key behind which
 * there is nothing, as the listing would then seem to be complete.
 *
 * @param revision of the store that the pages show
 * @param prefix of the listing
 * @param last the last key given; begins with the prefix
 */
record Cursor(long revision, Key prefix, Key last) {

  private static final String MARK = "hraftd-cursor-";
  private static final int HEAD_BYTES = Long.BYTES + Short.BYTES;
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  /** The text that {@link #parse} reads. */
  String text() {
    byte[] key = last.bytes();
    ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + key.length + CHECKSUM_BYTES);
    bytes.putLong(revision).putShort((short) prefix.bytes().length).put(key);
    bytes.putInt(checksum(bytes.array(), bytes.position()));
    return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * The cursor that a text is; null if it is a plain key.
   *
   * @throws Problem 400 if it is a cursor that is damaged
   */
  static @Nullable Cursor parse(String text) {
    if (!text.startsWith(MARK)) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text.substring(MARK.length()));
    } catch (IllegalArgumentException e) {
      throw damaged();
    }
    int end = bytes.length - CHECKSUM_BYTES;
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (end < HEAD_BYTES || buffer.getInt(end) != checksum(bytes, end)) {
      throw damaged();
    }
    long revision = buffer.getLong();
    int prefixLength = Short.toUnsignedInt(buffer.getShort());
    byte[] last = Arrays.copyOfRange(bytes, HEAD_BYTES, end);
    if (prefixLength > last.length) {
      throw damaged();
    }
    return new Cursor(revision, new Key(Arrays.copyOf(last, prefixLength)), new Key(last));
  }

  private static Problem damaged() {
    return Problem.badRequest("'after' is a damaged cursor: give the 'next' of the page unchanged");
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
