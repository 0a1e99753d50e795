package hraftd.kv.codec;

import hraftd.kv.Item;

/** The binary form of items: key, value, version, expiry. */
public final class ItemCodec {

  private ItemCodec() {}

  public static void write(Encoder out, Item item) {
    out.key(item.key());
    out.value(item.value());
    out.natural("version", item.version());
    out.natural("expiry", item.expiresAt());
  }

  public static Item read(Decoder in) {
    return new Item(in.key("key"), in.value("value"), in.natural("version"), in.natural("expiry"));
  }
}
