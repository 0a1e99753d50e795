package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread and its queue, with tasks that show when and where they run. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RaftThreadTest implements RaftThread.Loop {

  private static final int MANY = 2 * RaftThread.MAX_TASKS;

  private final AtomicInteger batches = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final RaftThread.Budget budget = new RaftThread.Budget(40 << 20);
  private final RaftThread thread = new RaftThread("raft-test", this);

  @Override
  public long endOfBatch() {
    batches.incrementAndGet();
    return Long.MAX_VALUE;
  }

  @Override
  public void failed(Throwable cause) {
    failures.add(cause);
  }

  @AfterEach
  void close() {
    thread.close();
  }

  @Test
  void ticksWithoutWork() {
    thread.start();
    ticks();
  }

  private void ticks() {
    int before = batches.get();
    eventually("it ticks", () -> batches.get() > before + 5);
  }

  @Test
  void whatComesBeforeTheStartRunsFirst() {
    List<Integer> ran = new ArrayList<>();
    thread.execute(() -> ran.add(1));
    thread.start();
    thread.execute(() -> ran.add(2));
    AtomicInteger size = new AtomicInteger();
    thread.execute(() -> size.set(ran.size()));
    eventually("both ran", () -> size.get() == 2);
    assertEquals(List.of(1, 2), ran);
  }

  @Test
  void allThatWaitsIsOneBatch() {
    Queue<Integer> seen = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < 100; i++) {
      thread.execute(() -> seen.add(batches.get()));
    }
    thread.start();
    eventually("all ran", () -> seen.size() == 100);
    assertTrue(seen.stream().allMatch(batch -> batch == 0), seen.toString());
  }

  @Test
  void itMayAskMoreOfItselfThanTheQueueHolds() {
    thread.start();
    List<Integer> ran = new ArrayList<>();
    thread.execute(
        () -> {
          for (int i = 0; i < MANY; i++) {
            int number = i;
            thread.execute(() -> ran.add(number));
          }
        });
    AtomicInteger size = new AtomicInteger();
    eventually(
        "all ran",
        () -> {
          thread.execute(() -> size.set(ran.size()));
          return size.get() == MANY;
        });
    for (int i = 0; i < MANY; i++) {
      assertEquals(i, ran.get(i));
    }
  }

  @Test
  void othersWaitWhileTheQueueIsFull() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger given = new AtomicInteger();
    Thread other =
        new Thread(
            () -> {
              for (int i = 0; i < MANY; i++) {
                thread.execute(ran::incrementAndGet);
                given.incrementAndGet();
              }
            });
    other.start();
    eventually("the queue is full", () -> given.get() == RaftThread.MAX_TASKS);
    other.join(200);
    assertEquals(RaftThread.MAX_TASKS, given.get());
    thread.start();
    eventually("all ran", () -> ran.get() == MANY);
  }

  @Test
  void whatCameOverTheNetworkWaitsWithinItsBound() throws Exception {
    AtomicInteger ran = new AtomicInteger();
    AtomicInteger given = new AtomicInteger();
    Thread reader =
        new Thread(
            () -> {
              for (int i = 0; i < 100; i++) {
                thread.execute(budget, 16 << 20, () -> true, ran::incrementAndGet);
                given.incrementAndGet();
              }
            });
    reader.start();
    reader.join(200);
    assertEquals(2, given.get());
    thread.start();
    eventually("all ran", () -> ran.get() == 100);
  }

  @Test
  void whatNobodyWantsAnyMoreDoesNotWait() throws Exception {
    AtomicBoolean wanted = new AtomicBoolean(true);
    thread.execute(budget, Integer.MAX_VALUE, () -> true, () -> {});
    Thread reader =
        new Thread(
            () ->
                thread.execute(
                    budget, 1, wanted::get, () -> failures.add(new AssertionError("it runs"))));
    reader.start();
    reader.join(100);
    assertTrue(reader.isAlive());
    wanted.set(false);
    reader.join(10_000);
    assertFalse(reader.isAlive());
    thread.start();
    ticks();
    assertTrue(failures.isEmpty());
  }

  @Test
  void anythingThrownIsReportedAndIsTheEnd() {
    thread.start();
    AssertionError bug = new AssertionError("bug");
    thread.execute(
        () -> {
          throw bug;
        });
    eventually("it is reported", () -> failures.contains(bug));
    for (int i = 0; i < MANY; i++) {
      thread.execute(() -> failures.add(new AssertionError("goes on")));
    }
    thread.execute(
        budget, Integer.MAX_VALUE, () -> true, () -> failures.add(new AssertionError("goes on")));
    assertEquals(1, failures.size());
  }

  @Test
  void closingLetsTheLastTaskEndUninterrupted() throws Exception {
    thread.start();
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicBoolean whole = new AtomicBoolean();
    thread.execute(
        () -> {
          began.countDown();
          try {
            whole.set(go.await(10, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            whole.set(false);
          }
        });
    assertTrue(began.await(10, TimeUnit.SECONDS));
    Thread closer = new Thread(thread::close);
    closer.start();
    closer.join(300);
    assertTrue(closer.isAlive());
    go.countDown();
    closer.join(10_000);
    assertFalse(closer.isAlive());
    assertTrue(whole.get());
  }
}
