package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.NodeId;
import hraftd.testing.Background;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A member is not believed more, nor waited for longer, than one that is sound can need. */
class MemberRecordingTest {

  private static final Member MEMBER =
      new Member(new NodeId("n2", 2), new HostPort("r", 2), new HostPort("h", 2), true);

  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong brought = new AtomicLong();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Brings this line again and again, at once or now and then, until it is told to stop. */
  private @Nullable String copied(String line, Duration pause, Duration patience)
      throws IOException {
    MemberStreams streams =
        (http, lines, ended) -> {
          var unused = Background.run(() -> bring(line, pause, lines));
          return () -> closed.set(true);
        };
    return new MemberRecording(MEMBER, patience).copyTo(out, streams);
  }

  private void bring(String line, Duration pause, Consumer<String> lines) {
    while (!closed.get()) {
      lines.accept(line);
      brought.addAndGet(line.length());
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void whatIsNoEventIsCountedToo() throws IOException {
    String why = copied("x".repeat(1 << 16), Duration.ZERO, MemberRecording.PATIENCE);
    assertEquals("there are too many", why);
    assertEquals(0, out.size());
    assertTrue(brought.get() < 64L << 20, () -> brought + " bytes");
  }

  @Test
  void oneThatBringsALineNowAndThenIsNotWaitedForForEver() throws IOException {
    String line = "{\"event\":\"moment\",\"node\":\"n2\",\"n\":1,\"at\":1.5}";
    String why = copied(line, Duration.ofMillis(20), Duration.ofMillis(300));
    assertEquals("it was too slow", why);
    assertTrue(out.size() > line.length(), "what has come by then is there");
  }
}
