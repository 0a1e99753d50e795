package hraftd.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stream to a client: it ends with an error for one that leaves or takes too little. */
class StreamOutputTest {

  private int bytes;
  private @Nullable Throwable failure;

  private final ResponseStream client =
      new ResponseStream() {
        @Override
        public void write(byte[] part, Consumer<@Nullable Throwable> written) {
          bytes += part.length;
          written.accept(failure);
        }

        @Override
        public void end() {}

        @Override
        public void cut() {}
      };

  @Test
  void whatIsWrittenArrives() throws IOException {
    try (StreamOutput out = new StreamOutput(client)) {
      out.write(new byte[10], 2, 5);
      out.write(1);
    }
    assertEquals(6, bytes);
  }

  @Test
  void aClientThatLeavesIsAnError() throws IOException {
    failure = new IOException("reset");
    try (StreamOutput out = new StreamOutput(client)) {
      assertThrows(IOException.class, () -> out.write(1));
    }
  }

  @Test
  void aClientThatTakesTooLittleIsAnError() throws IOException {
    try (StreamOutput out =
        new StreamOutput(client, new LeastRate(Duration.ZERO, Long.MAX_VALUE / 2))) {
      IOException e = assertThrows(IOException.class, () -> out.write(1));
      assertEquals("the client takes too little", e.getMessage());
    }
  }
}
