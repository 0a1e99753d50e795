package hraftd.raft.node;

import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What a disk, a file system's repair, or somebody does to the files of a node that is down. */
enum MediaFault {
  FLIPPED_BIT {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      byte[] bytes = disk.bytes(file);
      return bytes.length > 0 && flip(disk, file, place(bytes, random), random);
    }

    private boolean flip(CrashDisk disk, Path file, int offset, Random random) throws IOException {
      disk.flip(file, offset, 1 << random.nextInt(8));
      return true;
    }
  },
  SOME_BYTES {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      byte[] bytes = disk.bytes(file);
      if (bytes.length == 0) {
        return false;
      }
      int offset = place(bytes, random);
      for (int i = offset; i < Math.min(bytes.length, offset + 64); i++) {
        bytes[i] = (byte) random.nextInt();
      }
      disk.set(file, bytes);
      return true;
    }
  },
  ZEROED_SECTOR {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      return zero(disk, file, CrashDisk.SECTOR, random);
    }
  },
  ZEROED_PAGE {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      return zero(disk, file, PAGE, random);
    }
  },
  CUT {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      int length = disk.length(file);
      if (length == 0) {
        return false;
      }
      int cut = random.nextInt(length);
      disk.cut(file, random.nextBoolean() ? cut : cut & -CrashDisk.SECTOR);
      return true;
    }
  },
  DELETED {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      disk.delete(file);
      return true;
    }
  },
  SWAPPED {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      List<Path> files = disk.files();
      Path other = files.get(random.nextInt(files.size()));
      byte[] bytes = disk.bytes(file);
      disk.set(file, disk.bytes(other));
      disk.set(other, bytes);
      return !file.equals(other);
    }
  },
  OLDER_COPY {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      byte[] before = older.get(file);
      if (before == null) {
        return false;
      }
      disk.set(file, before);
      return true;
    }
  },
  OLD_FILE_COMES_BACK {
    @Override
    boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
        throws IOException {
      List<Map.Entry<Path, byte[]>> gone =
          older.entrySet().stream().filter(f -> !disk.files().contains(f.getKey())).toList();
      if (gone.isEmpty()) {
        return false;
      }
      Map.Entry<Path, byte[]> back = gone.get(random.nextInt(gone.size()));
      disk.create(back.getKey()).close();
      disk.set(back.getKey(), back.getValue());
      return true;
    }
  };

  private static final int PAGE = 4096;

  /**
   * Does it to a file.
   *
   * @param older what the files were at an earlier moment
   * @return false if it cannot be done to this one
   */
  abstract boolean happen(CrashDisk disk, Path file, Map<Path, byte[]> older, Random random)
      throws IOException;

  /** Most of some files is zeros: half of the faults are where something is. */
  private static int place(byte[] bytes, Random random) {
    int used = bytes.length;
    while (used > 1 && bytes[used - 1] == 0) {
      used--;
    }
    return random.nextInt(random.nextBoolean() ? bytes.length : used);
  }

  private static boolean zero(CrashDisk disk, Path file, int unit, Random random)
      throws IOException {
    byte[] bytes = disk.bytes(file);
    if (bytes.length == 0) {
      return false;
    }
    int at = place(bytes, random) & -unit;
    Arrays.fill(bytes, at, Math.min(bytes.length, at + unit), (byte) 0);
    disk.set(file, bytes);
    return true;
  }
}
