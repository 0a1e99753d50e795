package hraftd.kv.codec;

import hraftd.kv.Item;

/** The binary form of items: key, value, version, expiry. */
public final class ItemCodec {

  private ItemCodec() {}

  /** Writes an item. */
  public static void write(Encoder out, Item item) {
    out.key(item.key());
    out.value(item.value());
    out.natural("version", item.version());
    out.natural("expiry", item.expiresAt());
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the bytes are not an item within its limits
   */
  public static Item read(Decoder in) {
    return new Item(in.key("key"), in.value("value"), in.natural("version"), in.natural("expiry"));
  }
}
