package hraftd.raft.snapshot;

import static hraftd.raft.snapshot.SnapshotsTest.DIRECTORY;
import static hraftd.raft.snapshot.SnapshotsTest.content;
import static hraftd.raft.snapshot.SnapshotsTest.files;
import static hraftd.raft.snapshot.SnapshotsTest.restore;
import static hraftd.raft.snapshot.SnapshotsTest.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.core.SnapshotStore.Meta;
import hraftd.raft.disk.CrashDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a disk does to the files of snapshots. */
class SnapshotFilesTest {

  @Test
  void theOldSnapshotGoesOnlyWhenTheNameOfTheNewOneIsDurable() throws IOException {
    Random random = new Random(1);
    for (int life = 0; life < 5000; life++) {
      CrashDisk disk = new CrashDisk(random);
      SnapshotFiles snapshots = files(disk);
      write(snapshots, 5, content(5, 100));
      disk.powerOffAfter(random.nextInt(16));
      try {
        write(snapshots, 6, content(6, 100));
      } catch (IOException | UncheckedIOException killed) {
        assertTrue(disk.powerIsOff());
      }
      disk.restart(/* keepFaults= */ false); // The process was killed, and the system goes on.
      disk.powerOffAfter(random.nextInt(10));
      try {
        files(disk);
      } catch (IOException | UncheckedIOException lostPower) {
        assertTrue(disk.powerIsOff());
      }
      disk.crash();
      Meta left = files(disk).latest();
      assertTrue(left != null && left.index() >= 5, "life " + life);
    }
  }

  private static byte[] piece(SnapshotFiles snapshots, int offset) {
    byte[] piece = snapshots.read(offset, 1000);
    return piece == null ? new byte[0] : piece;
  }

  @Test
  void aRottenPieceIsNotGivenOutAndANewSnapshotTakesItsPlace() throws IOException {
    int length = 200_000;
    for (int rotten = 0; rotten < length; rotten += 19_997) {
      CrashDisk disk = new CrashDisk(new Random(rotten));
      SnapshotFiles snapshots = files(disk);
      byte[] content = content(5, length);
      Meta meta = write(snapshots, 5, content);
      Path file = DIRECTORY.resolve("snapshot-5-2");
      assertArrayEquals(Arrays.copyOfRange(content, 500, 1500), piece(snapshots, 500));
      assertFalse(snapshots.isDamaged());

      disk.flip(file, disk.length(file) - length + rotten, 0x20);
      for (int offset = 0; offset < length; offset += 1000) {
        byte[] piece = piece(snapshots, offset);
        if (piece.length > 0) {
          assertArrayEquals(Arrays.copyOfRange(content, offset, offset + 1000), piece);
        }
      }
      assertTrue(snapshots.isDamaged());
      assertEquals(null, snapshots.read(0, 1000), "nothing more of it");
      assertEquals(meta, snapshots.latest());

      assertEquals(meta, write(snapshots, 5, content), "the same state, once more");
      assertFalse(snapshots.isDamaged());
      assertArrayEquals(Arrays.copyOfRange(content, 500, 1500), piece(snapshots, 500));
      assertArrayEquals(content, restore(files(disk), meta));
    }
  }

  @Test
  void whatIsReadAfterAStartIsCheckedToo() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    byte[] content = content(5, 100_000);
    Meta meta = write(files(disk), 5, content);
    SnapshotFiles snapshots = files(disk);
    Path file = DIRECTORY.resolve("snapshot-5-2");
    disk.flip(file, disk.length(file) - 1, 1);
    assertArrayEquals(Arrays.copyOf(content, 1000), piece(snapshots, 0));
    assertEquals(null, snapshots.read(99_000, 1000));
    assertEquals(meta, snapshots.latest());
  }
}
