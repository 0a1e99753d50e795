package hraftd.kv;

/** The binary form of commands in the log: a format byte, then the command's own fields. */
public final class CommandCodec {
  private CommandCodec() {}

  /** The command as bytes. */
  public static byte[] encode(Command command) {
    throw new UnsupportedOperationException("skeleton " + command);
  }

  /**
   * The command that these bytes are.
   *
   * @throws IllegalArgumentException if they are not exactly one command of a known format
   */
  public static Command decode(byte[] bytes) {
    throw new UnsupportedOperationException("skeleton " + bytes.length);
  }
}
