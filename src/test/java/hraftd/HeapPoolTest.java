package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pools of each collector, with the names and sizes that JDK 17 and 25 give them. */
class HeapPoolTest {

  private static MemoryPoolMXBean pool(String name, long max) {
    MemoryUsage usage = new MemoryUsage(0, 0, 0, max);
    return (MemoryPoolMXBean)
        Proxy.newProxyInstance(
            HeapPoolTest.class.getClassLoader(),
            new Class<?>[] {MemoryPoolMXBean.class},
            (proxy, method, args) ->
                switch (method.getName()) {
                  case "getName" -> name;
                  case "getType" -> MemoryType.HEAP;
                  case "getUsage", "getCollectionUsage" -> usage;
                  default -> throw new AssertionError(method);
                });
  }

  private static void assertChosen(String name, MemoryPoolMXBean... pools) {
    HeapPool chosen = HeapPool.of(List.of(pools));
    assertNotNull(chosen);
    assertEquals(name, ((HeapPool.Bean) chosen).pool().getName());
  }

  @Test
  void the_old_generation_also_where_the_young_one_is_larger() {
    assertChosen(
        "PS Old Gen",
        pool("PS Old Gen", 58_720_256),
        pool("PS Survivor Space", 26_214_400),
        pool("PS Eden Space", 157_286_400));
    assertChosen(
        "Tenured Gen",
        pool("Tenured Gen", 58_720_256),
        pool("Eden Space", 157_286_400),
        pool("Survivor Space", 26_214_400));
  }

  @Test
  void the_old_generation_also_where_both_may_have_the_whole_heap() {
    assertChosen(
        "Shenandoah Old Gen",
        pool("Shenandoah Young Gen", 268_435_456),
        pool("Shenandoah Old Gen", 268_435_456));
    assertChosen(
        "ZGC Old Generation",
        pool("ZGC Old Generation", 268_435_456),
        pool("ZGC Young Generation", 268_435_456));
  }

  @Test
  void the_only_one_that_has_a_limit() {
    assertChosen(
        "G1 Old Gen",
        pool("G1 Eden Space", -1),
        pool("G1 Old Gen", 268_435_456),
        pool("G1 Survivor Space", -1));
    assertChosen("ZHeap", pool("ZHeap", 268_435_456));
    assertChosen("Shenandoah", pool("Shenandoah", 268_435_456));
    assertNull(HeapPool.of(List.of(pool("G1 Eden Space", -1))));
  }
}
