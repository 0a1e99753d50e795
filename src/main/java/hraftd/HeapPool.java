package hraftd;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
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
    MemoryPoolMXBean pool =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(p -> p.getType() == MemoryType.HEAP && p.getCollectionUsage() != null)
            .filter(p -> p.getUsage().getMax() > 0)
            .max(Comparator.comparingLong(p -> p.getUsage().getMax()))
            .orElse(null);
    return pool == null ? null : new Bean(pool);
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
