package hraftd.events;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One reader of an event log, as Server-Sent Events. It remembers how far it is, and holds one
 * batch and what it has read and not sent yet, at most the past: one that is too slow misses
 * events. One thread calls it; the sink's callbacks may come on any.
 */
public final class EventSubscription {

  /** Where the batches go; nothing blocks. */
  public interface Sink {
    /** Takes a batch; calls back once when it is gone, with the failure if it is not. */
    void write(byte[] batch, Consumer<@Nullable Throwable> done);

    /** Ends the stream in order; no write is under way. */
    void end();

    /** Cuts the stream off, even in the middle of a write. */
    void cut();
  }

  /** A quiet reader gets a sign of life this often. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /** A reader that takes nothing for so long is dropped. */
  static final Duration STALLED = Duration.ofSeconds(30);

  /** What a reader holds: half a second of a busy cluster. */
  static final int BATCH_BYTES = 256 << 10;

  /** Some seconds of a busy cluster: what is older helps nobody who looks. */
  static final long MAX_BEHIND = 8192;

  private static final byte[] ALIVE = ": alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final EventLog log;
  private final Supplier<byte[]> run;
  private final Sink sink;
  private long position;

  /** Read and not sent yet: the past may be longer than a batch. */
  private final Queue<Event> untold = new ArrayDeque<>();

  private boolean begun;
  private volatile boolean writing;
  private volatile boolean failed;
  private volatile long since;

  /**
   * A reader that was told nothing yet.
   *
   * @param run the first event, as JSON
   */
  EventSubscription(EventLog log, Supplier<byte[]> run, Sink sink, long nanoTime) {
    this.log = log;
    this.run = run;
    this.sink = sink;
    since = nanoTime;
  }

  /**
   * Sends what there is to send.
   *
   * @param micros people's time
   * @return false if it is over
   */
  boolean turn(long nanoTime, long micros) {
    if (failed) {
      sink.cut();
      return false;
    }
    if (writing) {
      if (nanoTime - since > STALLED.toNanos()) {
        sink.cut();
        return false;
      }
      return true;
    }
    ByteArrayOutputStream batch = new ByteArrayOutputStream();
    if (!begun) {
      begun = true;
      put(batch, Event.RUN, run.get());
      follow(log.past(micros));
    } else if (untold.isEmpty()) {
      EventLog.Part part = log.read(position, BATCH_BYTES, MAX_BEHIND);
      if (part.skipped() > 0) {
        untold.add(EventWriter.missed(micros, part.skipped()));
      }
      follow(part);
    }
    while (!untold.isEmpty() && batch.size() < BATCH_BYTES) {
      Event event = untold.remove();
      put(batch, event.name(), event.json());
    }
    if (batch.size() == 0 && nanoTime - since > KEEP_ALIVE.toNanos()) {
      batch.writeBytes(ALIVE);
    }
    if (batch.size() > 0) {
      write(batch.toByteArray(), nanoTime);
    }
    return true;
  }

  /** Ends it; it gets no turn any more. */
  void end() {
    if (writing) {
      sink.cut();
    } else {
      sink.end();
    }
  }

  private void write(byte[] batch, long nanoTime) {
    since = nanoTime;
    writing = true;
    sink.write(
        batch,
        failure -> {
          failed = failure != null;
          writing = false;
        });
  }

  private void follow(EventLog.Part part) {
    position = part.next();
    untold.addAll(part.events());
  }

  private static void put(ByteArrayOutputStream batch, String name, byte[] json) {
    batch.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.UTF_8));
    batch.writeBytes(json);
    batch.write('\n');
    batch.write('\n');
  }
}
