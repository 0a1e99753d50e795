package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import hraftd.docs.HexBlocks;
import hraftd.raft.core.Entry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The segment in docs/formats.md has the bytes that it has there. */
class LogFormatTest {

  private static final long SALT = 0x0102030405060708L;

  @Test
  void theDocumentedSegmentHasTheDocumentedBytes() throws IOException {
    Entry entry =
        new Entry(
            /* index= */ 1,
            /* term= */ 2,
            Entry.Kind.COMMAND,
            /* clock= */ 1000,
            /* origin= */ 0x1111222233334444L,
            /* sequence= */ 5,
            new byte[] {1, 6});
    ByteBuffer segment = ByteBuffer.allocate(SegmentHeader.SIZE + 2 * 72);
    segment.put(
        new SegmentHeader(
                /* sequence= */ 1,
                /* baseIndex= */ 1,
                /* baseTerm= */ 0,
                /* supersedes= */ false,
                /* reused= */ false,
                SALT)
            .encode());
    LogRecord.put(segment, SALT, SegmentHeader.SIZE, entry, /* witness= */ SegmentHeader.SIZE);
    long end = segment.position();
    LogRecord.putMark(
        segment,
        SALT,
        end,
        /* lastIndex= */ 1,
        /* committed= */ 1,
        /* witness= */ end,
        LogRecord.OVERHEAD);
    assertEquals(
        HexBlocks.read("segment"),
        HexFormat.of().formatHex(segment.array(), 0, segment.position()));
  }
}
