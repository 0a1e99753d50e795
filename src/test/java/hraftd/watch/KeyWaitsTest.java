package hraftd.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Key;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyWaitsTest {

  private final History history = new History();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final KeyWaits waits = new KeyWaits(history, tasks::add);
  private long revision;

  private void put(String key) {
    revision++;
    history.changed(revision, List.of(HistoryTest.put(key, revision, 1)));
  }

  private void runAll() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private AtomicInteger waiting(String key) {
    AtomicInteger looks = new AtomicInteger();
    assertTrue(waits.add(Key.of(key), looks::incrementAndGet));
    return looks;
  }

  @Test
  void whoWaitsForAKeyIsToldOfThatOneAlone() {
    AtomicInteger one = waiting("a");
    AtomicInteger two = waiting("a");
    AtomicInteger other = waiting("ab");
    put("b");
    assertTrue(tasks.isEmpty(), "nobody waits for it");
    put("a");
    assertEquals(0, one.get(), "not on the applying thread");
    runAll();
    assertEquals(List.of(1, 1, 0), List.of(one.get(), two.get(), other.get()));
  }

  @Test
  void howeverManyChangesComeMeanwhileTheyAreToldOnce() {
    AtomicInteger looks = waiting("a");
    for (int i = 0; i < 100; i++) {
      put("a");
    }
    assertEquals(1, tasks.size());
    runAll();
    assertEquals(1, looks.get());
    put("a");
    runAll();
    assertEquals(2, looks.get(), "they wait on");
  }

  @Test
  void whoeverIsRemovedIsToldNothingMore() {
    AtomicInteger stays = waiting("a");
    AtomicInteger looks = new AtomicInteger();
    Runnable goes = looks::incrementAndGet;
    assertTrue(waits.add(Key.of("a"), goes));
    assertEquals(2, waits.count());
    waits.remove(Key.of("a"), goes);
    waits.remove(Key.of("a"), goes);
    waits.remove(Key.of("b"), goes);
    assertEquals(1, waits.count());
    put("a");
    runAll();
    assertEquals(List.of(1, 0), List.of(stays.get(), looks.get()));
  }

  @Test
  void whenTheWholeCopyIsReplacedAllAreTold() {
    AtomicInteger one = waiting("a");
    AtomicInteger other = waiting("b");
    put("c");
    history.reset(9);
    runAll();
    assertEquals(List.of(1, 1), List.of(one.get(), other.get()));
  }

  @Test
  void soManyMayWaitAndNoMore() {
    Runnable look = () -> {};
    for (int i = 0; i < KeyWaits.MAX_WAITING; i++) {
      waiting("key" + i % 7);
    }
    assertFalse(waits.add(Key.of("a"), look));
    assertEquals(KeyWaits.MAX_WAITING, waits.count());
    waits.remove(Key.of("a"), look);
    assertEquals(KeyWaits.MAX_WAITING, waits.count(), "it has never been one of them");
  }

  @Test
  void whenNothingWillChangeAnyMoreAllAreTold() {
    AtomicInteger looks = waiting("a");
    assertFalse(waits.isClosed());
    waits.close();
    assertTrue(waits.isClosed());
    runAll();
    assertEquals(1, looks.get());
  }
}
