package hraftd.raft.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that loses power: of what was not forced, every sector of 512 bytes may be
 * there, or not, or half, and every change of a name may be there or not. It also fills up, and
 * fails. As on ext4, a file that is cut off may still have its old length, but zeros behind the
 * cut. After a failed fsync the lost sectors count as clean, as in Linux: only writing them again
 * and forcing that makes them durable.
 */
public final class CrashDisk implements Disk {
  public static final int SECTOR = 512;
  private static final int BLOCK = 4096;

  private final Random random;
  private Map<Path, Inode> names = new HashMap<>();
  private Map<Path, Inode> durableNames = new HashMap<>();
  private final List<NameChange> pending = new ArrayList<>();
  private long capacity = Long.MAX_VALUE / 2;
  private int generation;
  private int operationsLeft = Integer.MAX_VALUE;
  private int writesUntilFailure = Integer.MAX_VALUE;
  private int forcesUntilFailure = Integer.MAX_VALUE;
  private Runnable duringForce = () -> {};
  private int created;
  private int forces;

  private interface NameChange {
    void applyTo(Map<Path, Inode> names);
  }

  private static final class Inode {
    byte[] current = {};
    byte[] durable = {};
    final BitSet dirty = new BitSet();
  }

  /** An empty disk; the random decides what a crash leaves. */
  public CrashDisk(Random random) {
    this.random = random;
  }

  /** From the n-th operation on nothing happens any more, until {@link #crash}. */
  public synchronized void powerOffAfter(int operations) {
    operationsLeft = operations;
  }

  /** True once nothing happens any more. */
  public synchronized boolean powerIsOff() {
    return operationsLeft <= 0;
  }

  /** Lets the n-th write from now on fail, having written a part. */
  public synchronized void failWrite(int n) {
    writesUntilFailure = n;
  }

  /** Lets the n-th fsync of a file from now on fail. */
  public synchronized void failForce(int n) {
    forcesUntilFailure = n;
  }

  /** Lets the next fsync of a file fail, and runs this in the middle of it. */
  public synchronized void failForceAnd(Runnable action) {
    failForce(1);
    duringNextForce(action);
  }

  /** Runs this once in the middle of the next fsync: what it writes is not made durable by that. */
  public synchronized void duringNextForce(Runnable action) {
    duringForce = action;
  }

  /** Sets how many bytes all files together may have. */
  public synchronized void setCapacity(long bytes) {
    capacity = bytes;
  }

  /** What all files together have. */
  public synchronized long used() {
    return names.values().stream().mapToLong(inode -> inode.current.length).sum();
  }

  /** Loses power: what is left is what a new start finds. Open files are of no use any more. */
  public synchronized void crash() {
    restart(/* keepFaults= */ false);
    Map<Path, Inode> left = new HashMap<>(durableNames);
    boolean inOrder = random.nextBoolean();
    for (NameChange change : pending) {
      if (random.nextBoolean()) {
        change.applyTo(left);
      } else if (inOrder) {
        break;
      }
    }
    pending.clear();
    Set<Inode> inodes = new LinkedHashSet<>(left.values()); // the random is used in its order
    inodes.forEach(this::lose);
    names = new HashMap<>(left);
    durableNames = new HashMap<>(left);
  }

  /** Loses power, and with it all that was not forced. */
  public synchronized void loseUnsynced() {
    restart(/* keepFaults= */ false);
    pending.clear();
    for (Inode inode : durableNames.values()) {
      inode.current = inode.durable.clone();
      inode.dirty.clear();
    }
    names = new HashMap<>(durableNames);
  }

  /** Ends the process but not the system: everything is there, but open files are of no use. */
  public synchronized void restart(boolean keepFaults) {
    generation++;
    if (keepFaults) {
      return;
    }
    operationsLeft = Integer.MAX_VALUE;
    writesUntilFailure = Integer.MAX_VALUE;
    forcesUntilFailure = Integer.MAX_VALUE;
  }

  private void lose(Inode inode) {
    int size = random.nextBoolean() ? inode.current.length : inode.durable.length;
    byte[] left = Arrays.copyOf(inode.durable, size);
    byte[] cache = Arrays.copyOf(inode.current, size);
    for (int at = 0; at < size; at += SECTOR) {
      if (inode.dirty.get(at / SECTOR)) {
        int end = Math.min(at + SECTOR, size);
        int cut = at + random.nextInt(SECTOR + 1);
        switch (random.nextInt(4)) {
          case 0 -> copy(cache, left, at, end);
          case 1 -> copy(cache, left, at, Math.min(cut, end));
          case 2 -> copy(cache, left, cut, end);
          default -> {}
        }
      }
    }
    inode.current = left;
    inode.durable = left.clone();
    inode.dirty.clear();
  }

  private static void copy(byte[] from, byte[] to, int start, int end) {
    if (start < end) {
      System.arraycopy(from, start, to, start, end - start);
    }
  }

  /** The files' names, sorted. */
  public synchronized List<Path> files() {
    return names.keySet().stream().sorted().toList();
  }

  /** How many files have been created. */
  public synchronized int created() {
    return created;
  }

  /** How many fsyncs of files there have been. */
  public synchronized int forces() {
    return forces;
  }

  /** How long a file is. */
  public synchronized int length(Path file) throws IOException {
    return inode(file).current.length;
  }

  /** Changes a byte of a file, as a disk that rots does. */
  public synchronized void flip(Path file, int offset, int mask) throws IOException {
    Inode inode = inode(file);
    inode.current[offset] ^= (byte) mask;
    inode.durable = inode.current.clone();
  }

  /** Cuts a file off, as a file system's repair does. */
  public synchronized void cut(Path file, int length) throws IOException {
    set(file, Arrays.copyOf(inode(file).current, length));
  }

  /**
   * Gives a file other bytes: zeros for a lost sector, those of an older copy, or another file's.
   */
  public synchronized void set(Path file, byte[] bytes) throws IOException {
    Inode inode = inode(file);
    inode.current = bytes.clone();
    inode.durable = bytes.clone();
  }

  /** What a file holds. */
  public synchronized byte[] bytes(Path file) throws IOException {
    return inode(file).current.clone();
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    operate();
    created++;
    Inode inode = new Inode();
    change(names -> names.put(file, inode));
    return new CrashFile(inode, generation);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    operate();
    return new CrashFile(inode(file), generation);
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    operate();
    return names.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .map(path -> String.valueOf(path.getFileName()))
        .toList();
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    operate();
    change(names -> names.remove(file));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    operate();
    Inode inode = inode(from);
    change(
        names -> {
          names.remove(from);
          names.put(to, inode);
        });
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    operate();
    pending.forEach(change -> change.applyTo(durableNames));
    pending.clear();
  }

  @Override
  public synchronized long usableSpace(Path directory) {
    return Math.max(0, capacity - used());
  }

  private void change(NameChange change) {
    change.applyTo(names);
    pending.add(change);
  }

  private Inode inode(Path file) throws IOException {
    @Nullable Inode inode = names.get(file);
    if (inode == null) {
      throw new FileNotFoundException(String.valueOf(file));
    }
    return inode;
  }

  private void operate() throws IOException {
    if (operationsLeft <= 0) {
      throw new IOException("the power is off");
    }
    operationsLeft--;
  }

  private final class CrashFile implements DiskFile {
    private final Inode inode;
    private final int opened;

    CrashFile(Inode inode, int opened) {
      this.inode = inode;
      this.opened = opened;
    }

    private void use() throws IOException {
      if (opened != generation) {
        throw new IOException("opened before the crash");
      }
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      synchronized (CrashDisk.this) {
        use();
        int length = (int) Math.min(into.remaining(), inode.current.length - position);
        if (length <= 0) {
          return -1;
        }
        into.put(inode.current, (int) position, length);
        return length;
      }
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      synchronized (CrashDisk.this) {
        use();
        boolean fails = --writesUntilFailure == 0 || operationsLeft <= 0;
        int wanted = from.remaining();
        // A short write is no failure: who writes must go on with the rest.
        int length = fails || random.nextInt(8) == 0 ? random.nextInt(wanted) + 1 : wanted;
        long growth = Math.max(0, position + length - inode.current.length);
        long room = Math.max(0, capacity - used());
        if (growth > room) {
          length -= (int) (growth - room);
          fails = length <= 0;
        }
        if (operationsLeft > 0 && length > 0) {
          put(from, (int) position, length);
        }
        operate();
        if (fails) {
          throw new IOException(growth > room ? "No space left on device" : "Input/output error");
        }
        return length;
      }
    }

    private void put(ByteBuffer from, int position, int length) {
      if (position + length > inode.current.length) {
        inode.current = Arrays.copyOf(inode.current, position + length);
      }
      from.get(inode.current, position, length);
      inode.dirty.set(position / SECTOR, (position + length - 1) / SECTOR + 1);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      synchronized (CrashDisk.this) {
        use();
        operate();
        forces++;
        boolean fails = --forcesUntilFailure == 0;
        byte[] durable = Arrays.copyOf(inode.durable, inode.current.length);
        for (int s = inode.dirty.nextSetBit(0); s >= 0; s = inode.dirty.nextSetBit(s + 1)) {
          if (!fails || random.nextBoolean()) {
            int end = Math.min((s + 1) * SECTOR, inode.current.length);
            copy(inode.current, durable, s * SECTOR, end);
          }
        }
        inode.durable = durable;
        inode.dirty.clear();
        Runnable action = duringForce;
        duringForce = () -> {};
        action.run();
        if (fails) {
          throw new IOException("Input/output error");
        }
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (CrashDisk.this) {
        use();
        operate();
        if (size < inode.current.length) {
          int blockEnd = Math.min((int) (size + BLOCK - 1) & -BLOCK, inode.current.length);
          inode.current = Arrays.copyOf(inode.current, (int) size);
          // The rest of the block is zero in the cache, and dirty.
          inode.dirty.set((int) size / SECTOR, (blockEnd + SECTOR - 1) / SECTOR);
          inode.dirty.clear((blockEnd + SECTOR - 1) / SECTOR, Integer.MAX_VALUE);
        }
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashDisk.this) {
        use();
        return inode.current.length;
      }
    }

    @Override
    public void close() {
      Objects.requireNonNull(inode);
    }
  }
}
