package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What another member sends is taken line by line, and no line is held that has no end. */
class LineBodyTest {

  private final List<String> lines = new ArrayList<>();
  private final List<@Nullable Throwable> ends = new ArrayList<>();
  private final LineBody body = new LineBody(lines::add, ends::add);
  private boolean cancelled;

  @BeforeEach
  void subscribe() {
    body.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {
            cancelled = true;
          }
        });
  }

  private void send(byte[] bytes) {
    body.onNext(List.of(ByteBuffer.wrap(bytes)));
  }

  @Test
  void linesComeWhole() {
    send("on".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of(), lines);
    send("e\ntwo\nthr".getBytes(StandardCharsets.UTF_8));
    assertEquals(List.of("one", "two"), lines);
    body.onComplete();
    assertEquals(List.of("one", "two"), lines);
    assertEquals(1, ends.size());
    assertNull(ends.get(0));
  }

  @Test
  void aLineThatIsTooLongEndsTheStreamInWords() {
    send(new byte[LineBody.MAX_LINE_BYTES]);
    assertEquals(List.of(), ends);
    assertFalse(cancelled);
    send(new byte[1]);
    assertTrue(cancelled);
    assertEquals(List.of(), lines);
    assertTrue(ends.get(0) instanceof IOException, String.valueOf(ends.get(0)));
    assertTrue(String.valueOf(ends.get(0)).contains("a line is longer than"));
  }
}
