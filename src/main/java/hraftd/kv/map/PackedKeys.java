package hraftd.kv.map;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of one node of an {@link OrderedMap}, in order, in a single array: their number, where
 * each one ends, then the keys themselves. A search stays within a few cache lines instead of
 * visiting an object for every comparison, and there is no object header per key. Packed keys are
 * never changed, so nodes may share them.
 */
final class PackedKeys {

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** No keys. */
  static final byte[] NONE = allocate(0, 0);

  private PackedKeys() {}

  static byte[] of(List<byte[]> keys) {
    byte[] packed = allocate(keys.size(), keys.stream().mapToInt(key -> key.length).sum());
    int end = 0;
    for (int i = 0; i < keys.size(); i++) {
      byte[] key = keys.get(i);
      System.arraycopy(key, 0, packed, data(keys.size()) + end, key.length);
      end += key.length;
      setEnd(packed, i, end);
    }
    return packed;
  }

  static int count(byte[] packed) {
    return (int) INTS.get(packed, 0);
  }

  /** A copy of one key. */
  static byte[] key(byte[] packed, int at) {
    int data = data(count(packed));
    return Arrays.copyOfRange(packed, data + start(packed, at), data + end(packed, at));
  }

  /** Where the key is; if it is not there, the complement of where it belongs. */
  static int find(byte[] packed, byte[] key) {
    int count = count(packed);
    int data = data(count);
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int from = data + start(packed, middle);
      int to = data + end(packed, middle);
      int comparison = Arrays.compareUnsigned(packed, from, to, key, 0, key.length);
      if (comparison == 0) {
        return middle;
      }
      if (comparison < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ~low;
  }

  static byte[] inserted(byte[] packed, int at, byte[] key) {
    int count = count(packed);
    byte[] more = allocate(count + 1, end(packed, count - 1) + key.length);
    copy(packed, 0, at, more, 0);
    int from = start(packed, at);
    System.arraycopy(key, 0, more, data(count + 1) + from, key.length);
    setEnd(more, at, from + key.length);
    copy(packed, at, count, more, at + 1);
    return more;
  }

  static byte[] removed(byte[] packed, int at) {
    int count = count(packed);
    int length = end(packed, at) - start(packed, at);
    byte[] fewer = allocate(count - 1, end(packed, count - 1) - length);
    copy(packed, 0, at, fewer, 0);
    copy(packed, at + 1, count, fewer, at);
    return fewer;
  }

  /** The keys from one place to before another. */
  static byte[] slice(byte[] packed, int from, int to) {
    byte[] some = allocate(to - from, start(packed, to) - start(packed, from));
    copy(packed, from, to, some, 0);
    return some;
  }

  static byte[] joined(byte[] left, byte[] right) {
    int first = count(left);
    int second = count(right);
    byte[] both = allocate(first + second, end(left, first - 1) + end(right, second - 1));
    copy(left, 0, first, both, 0);
    copy(right, 0, second, both, first);
    return both;
  }

  /** Copies some keys behind those that the target already has. */
  private static void copy(byte[] packed, int from, int to, byte[] target, int at) {
    int begin = start(packed, from);
    int shift = start(target, at) - begin;
    System.arraycopy(
        packed,
        data(count(packed)) + begin,
        target,
        data(count(target)) + begin + shift,
        start(packed, to) - begin);
    for (int i = from; i < to; i++) {
      setEnd(target, at + i - from, end(packed, i) + shift);
    }
  }

  private static byte[] allocate(int count, int bytes) {
    byte[] packed = new byte[data(count) + bytes];
    INTS.set(packed, 0, count);
    return packed;
  }

  /** Where the keys themselves begin. */
  private static int data(int count) {
    return Integer.BYTES * (1 + count);
  }

  /** Where a key begins, or where the next one would, counted from where all begin. */
  private static int start(byte[] packed, int at) {
    return end(packed, at - 1);
  }

  private static int end(byte[] packed, int at) {
    return at < 0 ? 0 : (int) INTS.get(packed, Integer.BYTES * (1 + at));
  }

  private static void setEnd(byte[] packed, int at, int end) {
    INTS.set(packed, Integer.BYTES * (1 + at), end);
  }
}
