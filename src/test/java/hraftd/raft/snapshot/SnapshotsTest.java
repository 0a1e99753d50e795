package hraftd.raft.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.SnapshotStore.Meta;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots taken, sent, received and damaged. */
class SnapshotsTest {

  private static final long HEADROOM = 4000;
  static final Path DIRECTORY = Path.of("/store");
  private static final Membership MEMBERSHIP =
      new Membership(
          List.of(
              new Member(new NodeId("a", 1), new HostPort("h", 1), new HostPort("h", 2), true)));

  @TempDir Path directory;

  static FailStop failStop() {
    return new FailStop(failure -> {});
  }

  private WritableSnapshots open(boolean durable) throws IOException {
    return durable
        ? SnapshotFiles.open(new RealDisk(), directory, HEADROOM, failStop(), index -> false)
        : new MemorySnapshots();
  }

  static byte[] content(long index, int length) {
    byte[] content = new byte[length];
    new Random(index).nextBytes(content);
    return content;
  }

  static Meta write(WritableSnapshots snapshots, long index, byte[] content) throws IOException {
    return snapshots.write(
        index,
        2,
        index * 10,
        MEMBERSHIP,
        out -> {
          out.write(content, 0, content.length / 2);
          for (int i = content.length / 2; i < content.length; i++) {
            out.write(content[i]);
          }
        });
  }

  static byte[] restore(WritableSnapshots snapshots, Meta meta) throws IOException {
    try (InputStream in = snapshots.open(meta)) {
      return in.readAllBytes();
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theNewestSnapshotCanBeReadInPiecesAndAsAWhole(boolean durable) throws IOException {
    byte[] content = content(5, 300_000);
    try (WritableSnapshots snapshots = open(durable)) {
      assertNull(snapshots.latest());
      Meta old = write(snapshots, 3, content(3, 10));
      Meta meta = write(snapshots, 5, content);
      assertEquals(meta, snapshots.latest());
      assertEquals(
          List.of(5L, 2L, 50L, 300_000L),
          List.of(meta.index(), meta.term(), meta.clock(), meta.length()));
      assertEquals(MEMBERSHIP, meta.membership());
      assertArrayEquals(content, restore(snapshots, meta));
      assertArrayEquals(Arrays.copyOfRange(content, 100, 150), snapshots.read(100, 50));
      assertArrayEquals(Arrays.copyOfRange(content, 299_990, 300_000), snapshots.read(299_990, 50));
      assertArrayEquals(new byte[0], snapshots.read(300_000, 50));
      assertThrows(IOException.class, () -> snapshots.open(old));
      assertEquals(meta, write(snapshots, 4, content(4, 10)), "an older one is not taken");
      assertArrayEquals(content, restore(snapshots, meta));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSnapshotIsReceivedInPieces(boolean durable) throws IOException {
    byte[] content = content(9, 1000);
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, 9, content);
    try (WritableSnapshots snapshots = open(durable)) {
      write(snapshots, 5, content(5, 10));
      assertEquals(0, snapshots.receive(meta, 400, leader.read(400, 400)), "not begun");
      assertEquals(400, snapshots.receive(meta, 0, leader.read(0, 400)));
      assertEquals(400, snapshots.receive(meta, 0, leader.read(0, 400)), "twice");
      assertEquals(400, snapshots.receive(meta, 700, leader.read(700, 400)), "a gap");
      assertEquals(400, snapshots.receive(meta, 400, new byte[601]), "too long");
      assertEquals(800, snapshots.receive(meta, 400, leader.read(400, 400)));
      assertEquals(1000, snapshots.receive(meta, 800, leader.read(800, 400)));
      assertTrue(snapshots.acceptReceived(meta, SnapshotsTest::isUsable));
      assertEquals(meta, snapshots.latest());
      assertArrayEquals(content, restore(snapshots, meta));
      assertFalse(
          snapshots.acceptReceived(meta, SnapshotsTest::isUsable), "there is none any more");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDamagedOrUnfinishedSnapshotIsNotAccepted(boolean durable) throws IOException {
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, 9, content(9, 100));
    try (WritableSnapshots snapshots = open(durable)) {
      Meta old = write(snapshots, 5, content(5, 10));
      assertEquals(60, snapshots.receive(meta, 0, leader.read(0, 60)));
      assertFalse(snapshots.acceptReceived(meta, SnapshotsTest::isUsable));
      assertEquals(0, snapshots.receive(meta, 60, leader.read(60, 40)), "it begins again");
      byte[] damaged = leader.read(0, 100);
      damaged[50]++;
      assertEquals(100, snapshots.receive(meta, 0, damaged));
      assertFalse(snapshots.acceptReceived(meta, SnapshotsTest::isUsable));
      assertEquals(old, snapshots.latest());
      assertEquals(100, snapshots.receive(meta, 0, leader.read(0, 100)));
      assertTrue(snapshots.acceptReceived(meta, SnapshotsTest::isUsable));
    }
  }

  static boolean isUsable(InputStream content) {
    return true;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWholeOneThatIsOfNoUseIsNotAccepted(boolean durable) throws IOException {
    byte[] content = content(9, 100);
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, 9, content);
    try (WritableSnapshots snapshots = open(durable)) {
      Meta old = write(snapshots, 5, content(5, 10));
      assertEquals(100, snapshots.receive(meta, 0, content));
      byte[][] seen = new byte[1][];
      assertFalse(
          snapshots.acceptReceived(
              meta,
              in -> {
                seen[0] = in.readAllBytes();
                return false;
              }));
      assertArrayEquals(content, seen[0]);
      assertEquals(old, snapshots.latest());
      assertEquals(0, snapshots.receive(meta, 100, new byte[0]), "it begins again");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEmptySnapshotIsASnapshot(boolean durable) throws IOException {
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, 9, new byte[0]);
    try (WritableSnapshots snapshots = open(durable)) {
      assertEquals(0, snapshots.receive(meta, 0, new byte[0]));
      assertTrue(snapshots.acceptReceived(meta, SnapshotsTest::isUsable));
      assertEquals(0, restore(snapshots, meta).length);
    }
  }

  @Test
  void afterARestartTheNewestIsThereAndNothingElse() throws IOException {
    byte[] content = content(5, 1000);
    Meta meta;
    try (WritableSnapshots snapshots = open(true)) {
      meta = write(snapshots, 5, content);
      Meta other = new Meta(8, 2, 0, MEMBERSHIP, 100, 0);
      snapshots.receive(other, 0, new byte[50]);
      Files.write(directory.resolve("snapshot.writing"), content);
      Files.copy(directory.resolve("snapshot-5-2"), directory.resolve("snapshot-3-1"));
    }
    try (WritableSnapshots snapshots = open(true)) {
      assertEquals(List.of("snapshot-5-2"), files());
      assertEquals(meta, snapshots.latest());
      assertArrayEquals(content, restore(snapshots, meta));
    }
  }

  @Test
  void aWriterThatFailsLeavesTheOldSnapshot() throws IOException {
    try (WritableSnapshots snapshots = open(true)) {
      Meta meta = write(snapshots, 5, content(5, 10));
      IOException failure = new IOException("no");
      IOException e =
          assertThrows(
              IOException.class,
              () ->
                  snapshots.write(
                      6,
                      2,
                      0,
                      MEMBERSHIP,
                      out -> {
                        out.write(1);
                        throw failure;
                      }));
      assertEquals(failure, e);
      assertEquals(meta, snapshots.latest());
      assertEquals(List.of("snapshot-5-2"), files());
    }
  }

  @Test
  void everyChangedByteIsAnErrorThatNamesTheFileUnlessTheLogHasItAll() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    try (WritableSnapshots snapshots = files(disk)) {
      write(snapshots, 5, content(5, 100));
    }
    Path file = DIRECTORY.resolve("snapshot-5-2");
    for (int offset = 0; offset < disk.length(file); offset++) {
      disk.flip(file, offset, 0x10);
      StoreDamagedException e = assertThrows(StoreDamagedException.class, () -> files(disk));
      assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
      try (WritableSnapshots snapshots =
          SnapshotFiles.open(disk, DIRECTORY, HEADROOM, failStop(), index -> index == 5)) {
        assertNull(snapshots.latest());
      }
      disk.flip(file, offset, 0x10);
    }
    files(disk).close();
  }

  static SnapshotFiles files(CrashDisk disk) throws IOException {
    return SnapshotFiles.open(disk, DIRECTORY, HEADROOM, failStop(), index -> false);
  }

  @Test
  void aSnapshotThatWasTakenSurvivesTheLossOfPowerAtAnyMoment() throws IOException {
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      CrashDisk disk = new CrashDisk(random);
      long index = 0;
      SnapshotFiles snapshots = files(disk);
      for (int crash = 0; crash < 4; crash++) {
        long trying = index;
        disk.powerOffAfter(random.nextInt(60));
        try {
          for (int i = 0; i < 5; i++) {
            trying = index + 1 + random.nextInt(2);
            byte[] content = content(trying, random.nextInt(3000));
            if (random.nextBoolean()) {
              write(snapshots, trying, content);
            } else {
              receive(snapshots, trying, content);
            }
            index = trying;
          }
        } catch (IOException | UncheckedIOException powerOff) {
          assertTrue(String.valueOf(powerOff.getMessage()).contains("power"), "seed " + seed);
        }
        disk.crash();
        snapshots = files(disk);
        Meta latest = snapshots.latest();
        long found = latest == null ? 0 : latest.index();
        assertTrue(found == index || found == trying, "seed " + seed);
        if (latest != null) {
          byte[] expected = content(found, (int) latest.length());
          assertArrayEquals(expected, restore(snapshots, latest), "seed " + seed);
        }
        index = found;
      }
    }
  }

  static void receive(SnapshotFiles snapshots, long index, byte[] content) throws IOException {
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, index, content);
    long offset = snapshots.receive(meta, 0, leader.read(0, 1000));
    while (offset > 0 && offset < meta.length()) {
      offset = snapshots.receive(meta, offset, leader.read(offset, 1000));
    }
    if (offset < meta.length() || !snapshots.acceptReceived(meta, SnapshotsTest::isUsable)) {
      throw new IOException("put off, since the power is off");
    }
  }

  @Test
  void aSnapshotThatCannotBeWrittenIsPutOffAndReceivedLater() throws IOException {
    byte[] content = content(9, 1000);
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, 9, content);
    // Wherever the disk fails: in a piece, at the fsync before the name.
    for (int failure = 1; failure <= 3; failure++) {
      CrashDisk disk = new CrashDisk(new Random(failure));
      List<Throwable> told = new ArrayList<>();
      AtomicLong clock = new AtomicLong();
      SnapshotFiles snapshots =
          SnapshotFiles.open(
              disk, DIRECTORY, HEADROOM, new FailStop(told::add), index -> false, clock::get);
      Meta old = write(snapshots, 5, content(5, 10));
      if (failure <= 2) {
        disk.failWrite(failure);
      } else {
        disk.failForce(1);
      }
      assertFalse(receiveAll(snapshots, leader, meta), "failure " + failure);
      assertEquals(List.of(), told, "the node goes on");
      assertEquals(old, snapshots.latest());
      assertFalse(disk.list(DIRECTORY).contains("snapshot.receiving"), "it takes no room");

      assertFalse(receiveAll(snapshots, leader, meta), "not at once again");
      clock.addAndGet(5_000_000_000L);
      assertTrue(receiveAll(snapshots, leader, meta), "failure " + failure);
      assertArrayEquals(content, restore(snapshots, meta));
    }
  }

  @Test
  void aSnapshotDoesNotTakeTheLogsRoomButAsksForSome() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    AtomicLong clock = new AtomicLong();
    List<Throwable> told = new ArrayList<>();
    SnapshotFiles snapshots =
        SnapshotFiles.open(
            disk, DIRECTORY, HEADROOM, new FailStop(told::add), index -> false, clock::get);
    MemorySnapshots leader = new MemorySnapshots();
    Meta meta = write(leader, 9, content(9, 1000));
    long enough = HEADROOM + 1000;
    disk.setCapacity(disk.used() + enough - 1);
    snapshots.whenOutOfRoom(() -> disk.setCapacity(disk.used() + enough));
    assertFalse(receiveAll(snapshots, leader, meta));
    assertEquals(List.of(), disk.list(DIRECTORY));
    clock.addAndGet(5_000_000_000L);
    assertTrue(receiveAll(snapshots, leader, meta));
    assertEquals(List.of(), told);
  }

  private static boolean receiveAll(SnapshotFiles snapshots, MemorySnapshots leader, Meta meta) {
    long offset = snapshots.receive(meta, 0, leader.read(0, 400));
    for (int i = 0; i < 3 && offset > 0 && offset < meta.length(); i++) {
      offset = snapshots.receive(meta, offset, leader.read(offset, 400));
    }
    return offset == meta.length() && snapshots.acceptReceived(meta, SnapshotsTest::isUsable);
  }
}
