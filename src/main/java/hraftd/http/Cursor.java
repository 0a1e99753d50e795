package hraftd.http;

import hraftd.kv.Key;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a listing goes on: the revision that it shows, its prefix, and the last key that was given.
 * As text it is URL-safe and carries a mark and a checksum, so that it cannot be taken for a plain
 * key, nor a plain key for it.
 *
 * @param revision of the store that the pages show
 * @param prefix of the listing
 * @param last the last key given; begins with the prefix
 */
record Cursor(long revision, Key prefix, Key last) {

  private static final short MARK = (short) 0xC5A7;
  private static final int HEAD_BYTES = Short.BYTES + Long.BYTES + Short.BYTES;
  private static final int CHECKSUM_BYTES = Integer.BYTES;

  /** The text that {@link #parse} reads. */
  String text() {
    byte[] key = last.bytes();
    ByteBuffer bytes = ByteBuffer.allocate(HEAD_BYTES + key.length + CHECKSUM_BYTES);
    bytes.putShort(MARK).putLong(revision).putShort((short) prefix.bytes().length).put(key);
    bytes.putInt(checksum(bytes.array(), bytes.position()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /** The cursor that a text is; null if it is not one. */
  static @Nullable Cursor parse(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
    int end = bytes.length - CHECKSUM_BYTES;
    if (end < HEAD_BYTES) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.getShort() != MARK || buffer.getInt(end) != checksum(bytes, end)) {
      return null;
    }
    long revision = buffer.getLong();
    int prefixLength = Short.toUnsignedInt(buffer.getShort());
    byte[] last = Arrays.copyOfRange(bytes, HEAD_BYTES, end);
    return prefixLength > last.length
        ? null
        : new Cursor(revision, new Key(Arrays.copyOf(last, prefixLength)), new Key(last));
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
