package hraftd.http.api;

import hraftd.http.Percent;
import hraftd.http.Problem;
import hraftd.http.Request;
import hraftd.kv.Item;
import hraftd.kv.Key;

/** Keys and values within their limits. */
final class Limits {

  private Limits() {}

  /**
   * The key of these bytes.
   *
   * @param where says which key, for the error
   * @throws Problem 400 if it is empty, 413 if it is too long
   */
  static Key key(byte[] bytes, String where) {
    if (bytes.length == 0) {
      throw Problem.badRequest(where + ": a key is at least 1 byte long");
    }
    if (bytes.length > Key.MAX_BYTES) {
      throw Problem.tooLarge(where + ": the key", Key.MAX_BYTES, bytes.length);
    }
    return new Key(bytes);
  }

  /** The key that the path names, percent-decoded once. */
  static Key key(Request request) {
    return key(Percent.decode(request.tail(), /* plusIsSpace= */ false, "the key"), "the path");
  }

  /** The prefix of keys in a query parameter: it may be empty. */
  static Key prefix(byte[] bytes) {
    if (bytes.length > Key.MAX_BYTES) {
      throw Problem.tooLarge("'prefix'", Key.MAX_BYTES, bytes.length);
    }
    return new Key(bytes);
  }

  /**
   * A value within its limit.
   *
   * @param where says which value, for the error
   * @throws Problem 413 if it is too long
   */
  static byte[] value(byte[] bytes, String where) {
    if (bytes.length > Item.MAX_VALUE_BYTES) {
      throw Problem.tooLarge(where + ": the value", Item.MAX_VALUE_BYTES, bytes.length);
    }
    return bytes;
  }
}
