package hraftd.kv.state;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Commands;
import hraftd.kv.codec.CommandCodec;
import hraftd.testing.Draw;
import hraftd.testing.Property;
import org.junit.jupiter.api.Test;

/**
 * What can be read as a command can be applied, whoever has made its bytes: else a peer could stop
 * every node by an entry that all of them have in their logs.
 */
class AnyCommandTest {

  @Test
  void whatCanBeReadCanBeApplied() {
    Property.holds(
        draw -> {
          KvState state = new KvState(ChangeListener.NONE);
          long clock = 0;
          for (int i = draw.anInt(1, 40); i > 0; i--) {
            byte[] bytes = bytes(draw);
            clock +=
                draw.<Long>choice().or(9, () -> draw.aLong(-5, 50)).or(1, () -> 1L << 51).draw();
            Command command;
            try {
              command = CommandCodec.decode(bytes);
            } catch (IllegalArgumentException e) {
              continue; // It never gets into a log.
            }
            var unused = state.apply(clock, command);
          }
        });
  }

  /** A command's, of which some may be other ones. */
  private static byte[] bytes(Draw draw) {
    byte[] bytes = CommandCodec.encode(Commands.any(draw));
    for (int i = draw.anInt(0, 3); i > 0; i--) {
      bytes[draw.anInt(0, bytes.length - 1)] =
          draw.<Byte>choice().or(3, draw::aByte).or(1, () -> (byte) 0xff).draw();
    }
    return bytes;
  }
}
