package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A body as a stream: what is wrong with it is the client's fault, and said so. */
class RequestStreamTest {

  private static final byte[] BODY = {1, -1, 0, 7};

  private static RequestStream stream(InputStream body, long bytesPerSecond) {
    return new RequestStream(body, new LeastRate(Duration.ZERO, bytesPerSecond));
  }

  @Test
  void itGivesWhatCame() throws IOException {
    assertArrayEquals(BODY, stream(new ByteArrayInputStream(BODY), 0).readAllBytes());
    RequestStream single = stream(new ByteArrayInputStream(BODY), 0);
    for (byte b : BODY) {
      assertEquals(b & 0xff, single.read());
    }
    assertEquals(-1, single.read());
  }

  @Test
  void slowMotionIs408() {
    RequestStream slow = stream(new ByteArrayInputStream(BODY), Long.MAX_VALUE / 2);
    assertEquals(Code.SLOW_BODY, assertThrows(Problem.class, slow::read).code());
  }

  @Test
  @SuppressWarnings("InputStreamSlowMultibyteRead") // It gives none.
  void aBodyThatBreaksOffIs400() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("reset");
          }
        };
    RequestStream stream = stream(broken, 0);
    assertEquals(Code.BAD_REQUEST, assertThrows(Problem.class, stream::read).code());
  }
}
