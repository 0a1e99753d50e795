package hraftd.raft.sim;

import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.codec.CommandCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * What a client of a simulation writes.
 *
 * @param name also its value, and its idempotency key if it has one
 * @param began what had ended when it was first tried
 * @param once it has an idempotency key: if its outcome is unknown the client tries again
 * @param again this is not the first try
 */
record SimWrite(String name, long began, boolean once, boolean again) {

  /** So few that they are overwritten all the time. */
  private static final int KEYS = 7;

  /** The next try. */
  SimWrite repeated() {
    return new SimWrite(name, began, once, /* again= */ true);
  }

  /** What it writes to. */
  String key() {
    return "k" + Math.floorMod(name.hashCode(), KEYS);
  }

  /** What a moment tells of it. */
  Map<String, Object> keyed() {
    return Map.of("key", key());
  }

  /** What goes into the log. */
  byte[] command() {
    Key key = Key.of(key());
    byte[] value = name.getBytes(StandardCharsets.US_ASCII);
    Command put = new Command.Put(List.of(new Command.Pair(key, value, 0)), Guard.NONE);
    return CommandCodec.encode(once ? new Command.Once(name, /* fingerprint= */ 0, put) : put);
  }

  /**
   * The name of the write that this entry's command came from; of another command, which {@code
   * hraftd.cluster} proposes, one that no write has.
   */
  static String name(Command command, long index) {
    Command inner = command instanceof Command.Once o ? o.command() : command;
    if (!(inner instanceof Command.Put put)) {
      return inner.getClass().getSimpleName() + "@" + index;
    }
    return new String(put.pairs().get(0).value(), StandardCharsets.US_ASCII);
  }
}
