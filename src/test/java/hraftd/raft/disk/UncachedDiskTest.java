package hraftd.raft.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk says that is read past the cache, and cannot be read. */
class UncachedDiskTest {

  @TempDir Path directory;

  private Path file(String name) throws IOException {
    return Files.writeString(directory.resolve(name), name);
  }

  private static String read(Disk disk, Path file) throws IOException {
    ByteBuffer into = ByteBuffer.allocate((int) Files.size(file));
    try (Disk.DiskFile open = disk.open(file)) {
      open.readFully(into, 0);
    }
    return new String(into.array(), StandardCharsets.US_ASCII);
  }

  /** Past the cache whatever is called bad cannot be read, as a directory cannot. */
  private FileChannel badPastCache(Path file, Set<? extends OpenOption> how) throws IOException {
    boolean bad = file.endsWith("bad") && how.contains(ExtendedOpenOption.DIRECT);
    return FileChannel.open(bad ? directory : file, StandardOpenOption.READ);
  }

  @Test
  void what_cannot_be_read_is_named() throws IOException {
    try (Disk.DiskFile open = new UncachedDisk(nanos -> {}).open(directory)) {
      DiskException e =
          assertThrows(DiskException.class, () -> open.read(ByteBuffer.allocate(1), 0));
      assertTrue(e.toString().contains("cannot read " + directory), e::toString);
    }
    Path none = directory.resolve("none");
    DiskException e =
        assertThrows(DiskException.class, () -> new UncachedDisk(nanos -> {}).open(none));
    assertTrue(e.toString().contains("cannot open " + none), e::toString);
  }

  @Test
  void what_the_pace_says_is_left_as_it_is() throws IOException {
    IOException end = new IOException("the node stops");
    UncachedDisk disk =
        new UncachedDisk(
            nanos -> {
              throw end;
            });
    Path good = file("good");
    assertEquals(end, assertThrows(IOException.class, () -> read(disk, good)));
  }

  @Test
  void a_system_that_knows_its_cache_alone_is_read_through_it() throws IOException {
    assertEquals("bad", read(new UncachedDisk(nanos -> {}, this::badPastCache), file("bad")));
  }

  @Test
  void where_the_cache_can_be_passed_by_it_hides_no_damage() throws IOException {
    UncachedDisk disk = new UncachedDisk(nanos -> {}, this::badPastCache);
    assertEquals("good", read(disk, file("good")));
    Path bad = file("bad");
    for (UncachedDisk same : new UncachedDisk[] {disk, disk.at(nanos -> {})}) {
      DiskException e = assertThrows(DiskException.class, () -> read(same, bad));
      assertTrue(e.toString().contains("cannot read " + bad), e::toString);
    }
  }
}
