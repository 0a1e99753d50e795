package hraftd.raft.disk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What the disk of this machine says when it fails, and how it is read past the cache. */
class RealDiskTest {

  private static final String FULL = "/dev/full";

  @TempDir Path directory;

  private static void fails(String operation, Path file, String reason, Executable body) {
    IOException failure = assertThrows(IOException.class, body);
    assertEquals("cannot " + operation + " " + file + ": " + reason, failure.getMessage());
    assertEquals(failure.getMessage(), failure.toString());
  }

  @Test
  void every_failure_names_the_operation_the_file_and_the_reason() throws IOException {
    Disk disk = new RealDisk();
    Path missing = directory.resolve("missing");
    Path below = missing.resolve("file");
    fails("open", missing, "it is not there", () -> disk.open(missing));
    fails("create", below, "it is not there", () -> disk.create(below));
    fails("list", missing, "it is not there", () -> disk.list(missing));
    fails("fsync the directory", missing, "it is not there", () -> disk.forceDirectory(missing));
    Path to = directory.resolve("b");
    fails("rename to b the file", missing, "it is not there", () -> disk.rename(missing, to));
    Path full = Files.createDirectory(directory.resolve("full"));
    Files.createFile(full.resolve("x"));
    fails("delete", full, "DirectoryNotEmptyException", () -> disk.delete(full));
    Path little = Files.write(directory.resolve("little"), new byte[3]);
    try (Disk.DiskFile file = disk.open(little)) {
      fails("read", little, "the file ends at 3", () -> file.readFully(ByteBuffer.allocate(4), 0));
    }
    fails("open", missing, "it is not there", () -> new ReadOnlyDisk().open(missing));
  }

  @Test
  void a_full_disk_is_said_to_be_one() throws IOException {
    assumeTrue(Files.isWritable(Path.of(FULL)), "no device here that is always full");
    Path link = Files.createSymbolicLink(directory.resolve("log"), Path.of(FULL));
    try (Disk.DiskFile file = new RealDisk().open(link)) {
      fails(
          "write",
          link,
          "No space left on device",
          () -> file.writeFully(ByteBuffer.allocate(10), 0));
    }
  }

  @Test
  void past_the_cache_it_reads_the_same_in_paced_steps() throws IOException {
    byte[] content = new byte[1_000_003];
    new Random(1).nextBytes(content);
    Path path = Files.write(directory.resolve("file"), content);
    List<Long> steps = new ArrayList<>();
    try (Disk.DiskFile file = new UncachedDisk(steps::add).open(path)) {
      assertEquals(content.length, file.size());
      ByteBuffer all = ByteBuffer.allocate(content.length);
      file.readFully(all, 0);
      assertArrayEquals(content, all.array());
      assertTrue(steps.size() >= 4, () -> steps.size() + " steps");
      ByteBuffer some = ByteBuffer.allocate(5000);
      file.readFully(some, 777_777);
      for (int i = 0; i < 5000; i++) {
        assertEquals(content[777_777 + i], some.get(i));
      }
      assertEquals(-1, file.read(ByteBuffer.allocate(1), content.length));
      assertThrows(IOException.class, () -> file.write(ByteBuffer.allocate(1), 0));
    }
  }

  @Test
  void a_reader_that_is_to_stop_reads_no_more() throws IOException {
    Path path = Files.write(directory.resolve("file"), new byte[1 << 20]);
    Disk disk =
        new UncachedDisk(
            nanos -> {
              throw new IOException("the node stops");
            });
    try (Disk.DiskFile file = disk.open(path)) {
      IOException stopped =
          assertThrows(IOException.class, () -> file.readFully(ByteBuffer.allocate(9), 0));
      assertEquals("the node stops", stopped.getMessage());
    }
  }
}
