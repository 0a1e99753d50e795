package hraftd.kv.state;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3_x64_128 (Austin Appleby, public domain), which spreads well and reads several bytes
 * for each nanosecond; not against forgery. One thread; the last result stays in {@link #high} and
 * {@link #low}.
 */
final class Murmur3 {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final int BLOCK_BYTES = 16;

  private long high;
  private long low;

  long high() {
    return high;
  }

  long low() {
    return low;
  }

  /** Hashes all bytes, beginning with these seeds. */
  void hash(byte[] data, long highSeed, long lowSeed) {
    long h1 = highSeed;
    long h2 = lowSeed;
    int whole = data.length & -BLOCK_BYTES;
    for (int at = 0; at < whole; at += BLOCK_BYTES) {
      h1 ^= mixed((long) LONGS.get(data, at), C1, 31, C2);
      h1 = (Long.rotateLeft(h1, 27) + h2) * 5 + 0x52dce729;
      h2 ^= mixed((long) LONGS.get(data, at + Long.BYTES), C2, 33, C1);
      h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
    }
    h2 ^= mixed(rest(data, whole + Long.BYTES), C2, 33, C1);
    h1 ^= mixed(rest(data, whole), C1, 31, C2);
    h1 ^= data.length;
    h2 ^= data.length;
    h1 += h2;
    h2 += h1;
    h1 = spread(h1);
    h2 = spread(h2);
    high = h1 + h2;
    low = h2 + high;
  }

  private static long mixed(long word, long first, int rotation, long second) {
    return Long.rotateLeft(word * first, rotation) * second;
  }

  /** Up to eight bytes from there to the end, the rest zeros. */
  private static long rest(byte[] data, int from) {
    int count = data.length - from;
    if (count >= Long.BYTES) {
      return (long) LONGS.get(data, from);
    }
    if (count <= 0) {
      return 0;
    }
    if (data.length >= Long.BYTES) { // All at once, with what is before them.
      return (long) LONGS.get(data, data.length - Long.BYTES) >>> (Long.SIZE - Byte.SIZE * count);
    }
    long word = 0;
    for (int i = data.length - 1; i >= from; i--) {
      word = word << Byte.SIZE | (data[i] & 0xff);
    }
    return word;
  }

  private static long spread(long h) {
    long k = h;
    k ^= k >>> 33;
    k *= 0xff51afd7ed558ccdL;
    k ^= k >>> 33;
    k *= 0xc4ceb9fe1a85ec53L;
    k ^= k >>> 33;
    return k;
  }
}
