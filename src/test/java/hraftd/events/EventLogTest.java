package hraftd.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is kept of what was told, and for how long. */
class EventLogTest {

  private static final long SECOND = 1_000_000;
  private static final int PART = 64 << 10;
  private static final long FAR = 1_000_000;

  private final EventLog log = new EventLog(20_000, 4000);
  private long n;

  private Event event(String name, String node, long at) {
    n++;
    return new Event(name, node, n, at, new byte[100]);
  }

  private static List<Long> numbers(List<Event> events) {
    return events.stream().map(Event::n).toList();
  }

  @Test
  void a_reader_goes_on_where_it_was() {
    EventLog.Part past = log.past(0);
    assertEquals(List.of(), past.events());
    log.told(event(Event.MESSAGE, "a", 1));
    log.told(event(Event.RECEIVED, "a", 1));
    EventLog.Part first = log.read(past.next(), 1, FAR);
    assertEquals(List.of(1L), numbers(first.events()), "one, though it is more than asked for");
    EventLog.Part second = log.read(first.next(), PART, FAR);
    assertEquals(List.of(2L), numbers(second.events()));
    assertEquals(List.of(), log.read(second.next(), PART, FAR).events());
  }

  @Test
  void the_past_is_the_moments_of_an_hour_and_the_newest_pictures_as_they_were_told() {
    log.told(event(Event.MOMENT, "a", 0));
    log.told(event(Event.MOMENT, "a", 10 * SECOND));
    log.told(event(Event.STATE, "a", 11 * SECOND));
    log.told(event(Event.STATE, "a", 12 * SECOND));
    log.told(event(Event.MESSAGE, "a", 12 * SECOND));
    log.told(event(Event.STATE, "b", 13 * SECOND));
    log.told(event(Event.MOMENT, "b", 14 * SECOND));
    assertEquals(List.of(2L, 4L, 6L, 7L), numbers(log.past(3601 * SECOND).events()));
  }

  @Test
  void what_is_too_much_is_forgotten_and_moments_stay_longer() {
    log.told(event(Event.MOMENT, "a", 0));
    for (int i = 0; i < 200; i++) {
      log.told(event(Event.MESSAGE, "a", SECOND));
    }
    EventLog.Part all = log.read(101, PART, FAR);
    assertEquals(100, all.events().size());
    assertEquals(0, all.skipped());
    assertEquals(List.of(1L), numbers(log.past(SECOND).events()));
  }

  @Test
  void even_moments_are_bounded() {
    for (int i = 0; i < 100; i++) {
      log.told(event(Event.MOMENT, "a", SECOND));
    }
    assertEquals(20, log.past(SECOND).events().size());
  }

  @Test
  void even_pictures_are_bounded() {
    for (int i = 1; i <= 20; i++) {
      log.told(new Event(Event.STATE, "node" + i, i, 0, new byte[1 << 20]));
    }
    List<Event> past = log.past(SECOND).events();
    long bytes = past.stream().mapToLong(event -> event.json().length).sum();
    assertTrue(bytes <= EventLog.STATE_BYTES, bytes + " bytes");
    assertEquals(List.of(18L, 19L, 20L), numbers(past), "the newest");
    log.told(new Event(Event.STATE, "node20", 21, 0, new byte[1 << 20]));
    assertEquals(List.of(18L, 19L, 21L), numbers(log.past(SECOND).events()), "one of each");
  }

  @Test
  void who_is_too_slow_goes_on_with_the_newest_and_is_told_moments_and_how_many_he_missed() {
    for (int i = 0; i < 10; i++) {
      log.told(event(Event.MESSAGE, "a", SECOND));
    }
    log.told(event(Event.MOMENT, "a", SECOND));
    log.told(event(Event.STATE, "a", SECOND));
    for (int i = 0; i < 200; i++) {
      log.told(event(Event.MESSAGE, "a", SECOND));
    }
    for (long mostBehind : List.of(FAR, 150L)) {
      EventLog.Part part = log.read(5, PART, mostBehind);
      assertEquals(List.of(11L, 12L), numbers(part.events()));
      assertEquals(212 - 5 - 2, part.skipped());
      assertEquals(List.of(), log.read(part.next(), PART, mostBehind).events());
    }
  }

  @Test
  void a_recording_has_all_that_there_was_when_it_began() {
    log.told(event(Event.MOMENT, "a", 0));
    for (int i = 0; i < 150; i++) {
      log.told(event(Event.MESSAGE, "a", SECOND));
    }
    EventLog.Recording recording = log.recording();
    List<Event> all = new ArrayList<>(recording.next(1000));
    for (int i = 0; i < 10; i++) {
      log.told(event(Event.MESSAGE, "a", SECOND));
    }
    for (List<Event> part = recording.next(1000); !part.isEmpty(); part = recording.next(1000)) {
      assertTrue(part.size() <= 5);
      all.addAll(part);
    }
    List<Long> expected = new ArrayList<>(List.of(1L));
    for (long i = 62; i <= 151; i++) {
      expected.add(i);
    }
    assertEquals(expected, numbers(all));
  }
}
