package hraftd.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What was told, by one member or by several: the newest events of all kinds, moments for longer,
 * and of each member the newest picture. Everything is bounded in bytes. Thread-safe.
 */
public final class EventLog implements EventSink {

  /** What an operator wants to see of the time before a fault: some 20 minutes of a quiet node. */
  public static final long RECENT_BYTES = 16L << 20;

  /** Thousands of moments: an hour of a cluster that is ill. */
  public static final long MOMENT_BYTES = 1L << 20;

  /** Far above the pictures of as many members as a cluster may have. */
  static final long STATE_BYTES = 4L << 20;

  /** What a new reader is told of the past. */
  private static final long HOUR_MICROS = 3_600_000_000L;

  /** More than a cluster has; the one that has been silent for longest is forgotten. */
  private static final int MAX_STATES = 256;

  private record Kept(long position, Event event) {}

  /**
   * A part of it.
   *
   * @param events in their order
   * @param next where the next part begins
   * @param skipped how many before were not there any more, without the moments, which are told
   */
  record Part(List<Event> events, long next, long skipped) {}

  private final long momentBytes;
  private final EventRing recent;
  private final Deque<Kept> moments = new ArrayDeque<>();
  private final Map<String, Kept> states = new LinkedHashMap<>();
  private long bytesOfMoments;
  private long bytesOfStates;

  /**
   * An empty log.
   *
   * @param recentBytes what events of all kinds may take
   * @param momentBytes what moments may take besides
   */
  public EventLog(long recentBytes, long momentBytes) {
    this.momentBytes = momentBytes;
    recent = new EventRing(recentBytes);
  }

  @Override
  public synchronized void told(Event event) {
    if (event.name().equals(Event.MOMENT)) {
      moments.addLast(new Kept(recent.next(), event));
      bytesOfMoments += EventRing.weight(event);
      while (bytesOfMoments > momentBytes && moments.size() > 1) {
        bytesOfMoments -= EventRing.weight(moments.removeFirst().event());
      }
    } else if (event.name().equals(Event.STATE)) {
      forgetState(event.node());
      states.put(event.node(), new Kept(recent.next(), event));
      bytesOfStates += EventRing.weight(event);
      while (states.size() > MAX_STATES || (bytesOfStates > STATE_BYTES && states.size() > 1)) {
        forgetState(states.keySet().iterator().next());
      }
    }
    recent.add(event);
  }

  private void forgetState(String node) {
    Kept old = states.remove(node);
    if (old != null) {
      bytesOfStates -= EventRing.weight(old.event());
    }
  }

  /** Adds the past of another one, as far as that tells it to new readers. */
  void addPast(Part past) {
    past.events().forEach(this::told);
  }

  /**
   * What a new reader is told first: the moments of the last hour, and the newest picture of each
   * member.
   */
  synchronized Part past(long nowMicros) {
    List<Kept> past = new ArrayList<>(states.values());
    for (Kept moment : moments) {
      if (nowMicros - moment.event().atMicros() <= HOUR_MICROS) {
        past.add(moment);
      }
    }
    return new Part(inOrder(past), recent.next(), /* skipped= */ 0);
  }

  /**
   * What came from a position on.
   *
   * @param mostBytes about how much
   * @param mostBehind who is so many events behind goes on with the newest: he is told the moments
   *     and pictures, and how much he has missed
   */
  synchronized Part read(long position, int mostBytes, long mostBehind) {
    if (position >= recent.first() && recent.next() - position <= mostBehind) {
      List<Event> events = recent.read(position, mostBytes);
      return new Part(events, position + events.size(), /* skipped= */ 0);
    }
    List<Kept> told = new ArrayList<>();
    Stream.concat(moments.stream(), states.values().stream())
        .filter(kept -> kept.position() >= position)
        .forEach(told::add);
    long skipped = recent.next() - position - told.size();
    return new Part(inOrder(told), recent.next(), skipped);
  }

  /** As they were told: of one member, the lower number first. */
  private static List<Event> inOrder(List<Kept> kept) {
    return kept.stream().sorted(Comparator.comparingLong(Kept::position)).map(Kept::event).toList();
  }

  /** All that is here, the oldest first: moments from before the other events, too. */
  Recording recording() {
    return new Recording();
  }

  /** Reads what there is now, part by part; what is forgotten meanwhile is left out. */
  final class Recording {
    private final long end;
    private long position;

    private Recording() {
      synchronized (EventLog.this) {
        end = recent.next();
        position = -1;
      }
    }

    /** The next events; empty at the end. */
    List<Event> next(int mostBytes) {
      synchronized (EventLog.this) {
        if (position < 0) {
          position = recent.first();
          List<Event> older = new ArrayList<>();
          for (Kept moment : moments) {
            if (moment.position() < position) {
              older.add(moment.event());
            }
          }
          if (!older.isEmpty()) {
            return older;
          }
        }
        position = Math.max(position, recent.first());
        List<Event> events = position >= end ? List.of() : recent.read(position, mostBytes);
        position += events.size();
        return events;
      }
    }
  }
}
