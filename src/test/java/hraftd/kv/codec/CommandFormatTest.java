package hraftd.kv.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.docs.HexBlocks;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command in docs/formats.md has the bytes that it has there. */
class CommandFormatTest {

  @Test
  void theDocumentedCommandHasTheDocumentedBytes() throws IOException {
    Command.Pair pair =
        new Command.Pair(
            Key.of("color"), "red".getBytes(StandardCharsets.UTF_8), /* ttlMillis= */ 30_000);
    Command command =
        new Command.Once(
            "order-17", 0x1122334455667788L, new Command.Put(List.of(pair), new Guard.Absent()));
    assertEquals(HexBlocks.read("command"), HexFormat.of().formatHex(CommandCodec.encode(command)));
  }
}
