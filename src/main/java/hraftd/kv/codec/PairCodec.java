package hraftd.kv.codec;

import hraftd.kv.Command.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The binary form of pairs: key, value, time to live; a list of them begins with their number. */
final class PairCodec {

  private PairCodec() {}

  static void write(Encoder out, Pair pair) {
    out.key(pair.key());
    out.value(pair.value());
    out.natural("time to live", pair.ttlMillis());
  }

  static Pair read(Decoder in) {
    return new Pair(in.key("key"), in.value("value"), in.natural("time to live"));
  }

  static void writeAll(Encoder out, List<Pair> pairs) {
    out.varint(pairs.size());
    for (Pair pair : pairs) {
      write(out, pair);
    }
  }

  static List<Pair> readAll(Decoder in) {
    int count = in.count("number of pairs");
    if (count == 1) {
      return List.of(read(in));
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(read(in));
    }
    return Collections.unmodifiableList(pairs);
  }
}
