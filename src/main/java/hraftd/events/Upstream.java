package hraftd.events;

import hraftd.raft.Member;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The connection to one other member for its events: opened again and again while it is wanted.
 * What was told before is not told again. One thread calls it; lines may come on any other.
 */
final class Upstream {

  /** A member that comes back is seen soon. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  /** One that stays away costs little. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** More than twice a quiet stream's sign of life: who says nothing for so long is not there. */
  private static final Duration SILENT = EventSubscription.KEEP_ALIVE.multipliedBy(5).dividedBy(2);

  private static final String DATA = "data: ";

  private final Member member;
  private final MemberStreams streams;
  private final EventSink sink;
  private final Runnable lost;

  // Guarded by this.
  private MemberStreams.@Nullable Opened opened;
  private boolean open;
  private boolean closed;
  private long attempt;
  private long retryAt;
  private long heardAt;
  private boolean heard;
  private Duration pause = FIRST_PAUSE;
  private String process = "";
  private long newest;

  /**
   * A connection that is not open yet.
   *
   * @param sink gets the member's events
   * @param lost is called when it is found that the member is not there; not if it only has nothing
   *     to tell
   */
  Upstream(Member member, MemberStreams streams, EventSink sink, Runnable lost, long nanoTime) {
    this.member = member;
    this.streams = streams;
    this.sink = sink;
    this.lost = lost;
    retryAt = nanoTime;
  }

  Member member() {
    return member;
  }

  /** Opens what is to be open, gives up what says nothing. */
  synchronized void turn(long nanoTime) {
    if (closed) {
      return;
    }
    if (open) {
      if (heard) {
        heard = false;
        heardAt = nanoTime;
      } else if (nanoTime - heardAt > SILENT.toNanos()) {
        release();
        lost.run();
      }
    }
    if (!open && nanoTime - retryAt >= 0) {
      retryAt = nanoTime + pause.toNanos();
      pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
      heardAt = nanoTime;
      attempt++;
      open = true;
      long own = attempt;
      opened = streams.open(member.http(), line -> line(own, line), why -> ended(own, why));
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void release() {
    open = false;
    if (opened != null) {
      opened.close();
      opened = null;
    }
  }

  private void line(long of, String line) {
    synchronized (this) {
      if (closed || of != attempt) {
        return;
      }
      heard = true;
      pause = FIRST_PAUSE;
      EventParser.Heard read =
          line.startsWith(DATA) ? EventParser.read(line.substring(DATA.length())) : null;
      if (read == null) {
        return;
      }
      Event event = read.event();
      if (event.name().equals(Event.RUN)) {
        if (!read.process().equals(process)) {
          process = read.process();
          newest = 0;
        }
        return;
      }
      if (!isOfMember(event)) {
        return;
      }
      if (event.n() > 0 && event.n() <= newest) {
        return;
      }
      newest = Math.max(newest, event.n());
      sink.told(event);
    }
  }

  /** It tells of itself alone; that this reader was too slow for it is told without a name. */
  private boolean isOfMember(Event event) {
    return event.node().equals(member.id())
        || (event.node().isEmpty() && event.n() == 0 && event.name().equals(Event.LOST));
  }

  private void ended(long of, @Nullable Throwable why) {
    synchronized (this) {
      if (closed || of != attempt || !open) {
        return;
      }
      open = false;
      opened = null;
    }
    if (why != null) {
      lost.run();
    }
  }

  synchronized void close() {
    closed = true;
    release();
  }
}
