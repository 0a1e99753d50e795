package hraftd.events;

import hraftd.raft.Member;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one other member has recorded, taken from it while it comes. One thread copies, and waits
 * for lines; whoever brings them waits until there is room. For one reading.
 */
final class MemberRecording {

  /** Longer than a member that is there needs for its next line. */
  private static final Duration SILENT = Duration.ofSeconds(5);

  /** So long all of its lines may be waited for together: at 16 MiB in it, half a MiB a second. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A reader who takes nothing for so long is cut off before. */
  private static final Duration UNREAD = Duration.ofMinutes(1);

  /** Twice what a member keeps. */
  private static final long MAX_BYTES = 2 * (EventLog.RECENT_BYTES + EventLog.MOMENT_BYTES);

  /** Each may be a megabyte. */
  private static final int MAX_LINES = 8;

  /** The next line; or the end, with the reason if it came too early. */
  private record Part(@Nullable String line, @Nullable Throwable why) {}

  private final Member member;
  private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(MAX_LINES);
  private volatile boolean over;

  /** How long may still be waited, in nanoseconds. */
  private long patience;

  /**
   * Of this member; nothing is asked for yet.
   *
   * @param patience how long may be waited for its lines, in all
   */
  MemberRecording(Member member, Duration patience) {
    this.member = member;
    this.patience = patience.toNanos();
  }

  /**
   * Writes its events, a line each; what is told of others, or is no event, is left out.
   *
   * @param streams opens its recording
   * @return why not all of them are there, for people; null: they are
   * @throws IOException if the stream takes no more
   */
  @Nullable String copyTo(OutputStream out, MemberStreams streams) throws IOException {
    MemberStreams.Opened opened =
        streams.open(
            member.http(), line -> put(new Part(line, null)), why -> put(new Part(null, why)));
    try {
      return copy(out);
    } finally {
      over = true;
      parts.clear(); // Who waits for room goes on, and is not listened to.
      opened.close();
    }
  }

  private @Nullable String copy(OutputStream out) throws IOException {
    boolean begun = false;
    long bytes = 0;
    while (true) {
      Part part = next();
      if (part == null) {
        return patience > 0
            ? "it was silent for " + SILENT.toSeconds() + " seconds"
            : "it was too slow";
      }
      String line = part.line;
      if (line == null) {
        Throwable why = part.why;
        return why != null ? "it cannot be reached" : begun ? null : "it has none to give now";
      }
      bytes += line.length(); // Before anything of it is believed: what is no event counts too.
      if (bytes > MAX_BYTES) {
        return "there are too many";
      }
      EventParser.Heard heard = EventParser.read(line);
      if (heard == null) {
        continue;
      }
      begun = true;
      Event event = heard.event();
      if (event.node().equals(member.id()) && !event.name().equals(Event.RUN)) {
        out.write(event.json());
        out.write('\n');
      }
    }
  }

  /** Null if none comes in time. */
  private @Nullable Part next() throws IOException {
    long began = System.nanoTime();
    try {
      return parts.poll(Math.min(SILENT.toNanos(), patience), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the events of " + member.id());
    } finally {
      patience -= System.nanoTime() - began;
    }
  }

  private void put(Part part) {
    try {
      if (!over && !parts.offer(part, UNREAD.toMillis(), TimeUnit.MILLISECONDS)) {
        over = true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over = true;
    }
  }
}
