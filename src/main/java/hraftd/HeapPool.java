package hraftd;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of the heap in which data stays: with most collectors the old generation. Any thread may
 * call it.
 */
interface HeapPool {

  /** Bytes in it now, garbage among them. */
  long used();

  /** Bytes that were left in it by the last collection of it; 0 if there was none. */
  long live();

  /** Bytes that it can hold. */
  long max();

  /** Collects all of it; may take as long as that takes. */
  void collect();

  /** That of this process; null if its collector does not say how much it leaves. */
  static @Nullable HeapPool ofThisProcess() {
    return of(ManagementFactory.getMemoryPoolMXBeans());
  }

  /**
   * The old generation among these, else the largest pool. The largest alone would be the wrong one
   * where the young generation was made larger (-Xmn), and with generational collectors that allow
   * each of the two the whole heap.
   */
  static @Nullable HeapPool of(List<MemoryPoolMXBean> pools) {
    MemoryPoolMXBean pool =
        pools.stream()
            .filter(p -> p.getType() == MemoryType.HEAP && p.getCollectionUsage() != null)
            .filter(p -> p.getUsage().getMax() > 0)
            .max(
                Comparator.comparing(HeapPool::isOld).thenComparingLong(p -> p.getUsage().getMax()))
            .orElse(null);
    return pool == null ? null : new Bean(pool);
  }

  /** "PS Old Gen", "G1 Old Gen", "ZGC Old Generation", "Shenandoah Old Gen", "Tenured Gen". */
  private static boolean isOld(MemoryPoolMXBean pool) {
    return pool.getName().contains("Old") || pool.getName().contains("Tenured");
  }

  /** As the JVM shows it. */
  record Bean(MemoryPoolMXBean pool) implements HeapPool {

    @Override
    public long used() {
      return pool.getUsage().getUsed();
    }

    @Override
    public long live() {
      MemoryUsage left = pool.getCollectionUsage();
      return left == null ? 0 : left.getUsed();
    }

    @Override
    public long max() {
      return pool.getUsage().getMax();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }
}
