package hraftd.jgroups;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What goes into the log comes out of it, wherever it lies in a buffer. */
class EnvelopeTest {

  @Test
  void it_comes_back_as_it_was() {
    Envelope sent = new Envelope(-1, 2, 3, Long.MAX_VALUE, new byte[] {4, 5});
    byte[] bytes = sent.encode();
    byte[] buffer = new byte[bytes.length + 10];
    System.arraycopy(bytes, 0, buffer, 7, bytes.length);
    Envelope read = Envelope.decode(buffer, 7, bytes.length);
    assertEquals(sent.origin(), read.origin());
    assertEquals(sent.sequence(), read.sequence());
    assertEquals(sent.term(), read.term());
    assertEquals(sent.clockMillis(), read.clockMillis());
    assertArrayEquals(sent.command(), read.command());
  }

  @Test
  void another_format_is_refused() {
    byte[] bytes = new Envelope(1, 2, 3, 4, new byte[0]).encode();
    bytes[0]++;
    assertThrows(IllegalArgumentException.class, () -> Envelope.decode(bytes, 0, bytes.length));
    byte[] cut = Arrays.copyOf(bytes, 10);
    assertThrows(IllegalArgumentException.class, () -> Envelope.decode(cut, 0, cut.length));
  }
}
