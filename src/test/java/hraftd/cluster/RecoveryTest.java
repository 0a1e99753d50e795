package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A recovery is whole or has not begun, wherever it was cut off, and nothing old is lost. */
class RecoveryTest {

  private static final HostPort ADDRESS = HostPort.parse("127.0.0.1:1");
  private static final Recovery.LogWriter NEW_LOG = raft -> log(raft, "new");

  @TempDir Path temp;

  private Path directory;
  private Path kept;
  private ClusterRecord before;
  private ClusterRecord after;

  private static void log(Path raft, String content) throws IOException {
    Files.createDirectories(raft);
    Files.writeString(raft.resolve("log"), content);
  }

  @BeforeEach
  void aMember() throws Exception {
    directory = temp.resolve("data");
    kept = temp.resolve("data.before-recover-1970-01-01T00-00-00Z");
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      NodeId self = new NodeId("a", opened.incarnation());
      before = ClusterRecord.alone(self, ADDRESS, ADDRESS);
      after = ClusterRecord.alone(self, ADDRESS, ADDRESS);
      opened.markEngine();
      opened.save(before);
      log(opened.raftDirectory(), "old");
    }
  }

  private void prepare() throws Exception {
    try (Recovery recovery = Recovery.open(directory)) {
      assertEquals(kept, recovery.placeForOld(Instant.EPOCH));
      recovery.prepare(after, "the report", kept, NEW_LOG);
    }
  }

  /** The directory can be opened, and its log and record are of one cluster. */
  private void assertHolds(ClusterRecord record, String log) throws Exception {
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      assertEquals(record, opened.load());
      assertEquals(log, Files.readString(opened.raftDirectory().resolve("log")));
    }
  }

  private void assertRecovered() throws Exception {
    assertHolds(after, "new");
    assertFalse(Files.exists(directory.resolve("recover")));
    assertFalse(Files.exists(directory.resolve("recover.new")));
    StoredDirectory old = StoredDirectory.read(kept);
    assertEquals(before, old.record());
    assertEquals("raft", old.engine());
    assertEquals("old", Files.readString(old.raftDirectory().resolve("log")));
    assertEquals("the report", Files.readString(kept.resolve("recover.txt")));
    assertEquals(Files.getPosixFilePermissions(directory), Files.getPosixFilePermissions(kept));
  }

  @Test
  void what_was_there_lies_beside_it_and_is_whole() throws Exception {
    Files.setPosixFilePermissions(
        directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    prepare();
    try (Recovery recovery = Recovery.open(directory)) {
      assertEquals("the report", recovery.finish());
    }
    assertRecovered();
  }

  @Test
  void until_all_is_prepared_nothing_has_happened() throws Exception {
    try (Recovery recovery = Recovery.open(directory)) {
      Path place = recovery.placeForOld(Instant.EPOCH);
      assertThrows(
          IOException.class,
          () ->
              recovery.prepare(
                  after,
                  "",
                  place,
                  raft -> {
                    log(raft, "half");
                    throw new IOException("the disk is full");
                  }));
      assertFalse(recovery.isPrepared());
      assertFalse(Files.exists(place));
    }
    assertTrue(Files.exists(directory.resolve("recover.new")));
    assertHolds(before, "old");
    assertFalse(Files.exists(directory.resolve("recover.new")), "left for ever");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void every_step_may_be_the_last_one_before_a_crash(int done) throws Exception {
    prepare();
    try (Recovery recovery = Recovery.open(directory)) {
      List<Recovery.Step> steps = recovery.steps(directory.resolve("recover"), kept);
      assertEquals(6, steps.size());
      for (Recovery.Step step : steps.subList(0, done)) {
        step.run();
      }
    }
    if (done <= 4) {
      String why =
          String.valueOf(
              assertThrows(
                      DataDirectory.Unusable.class, () -> DataDirectory.open(directory, "raft"))
                  .getMessage());
      assertTrue(why.contains("repeat it"), why);
      try (Recovery again = Recovery.open(directory)) {
        assertTrue(again.isPrepared());
        assertEquals(after, again.preparedRecord());
        assertEquals("the report", again.finish());
      }
    }
    assertRecovered();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void a_step_that_was_done_can_be_done_again(int step) throws Exception {
    prepare();
    try (Recovery recovery = Recovery.open(directory)) {
      List<Recovery.Step> steps = recovery.steps(directory.resolve("recover"), kept);
      for (int i = 0; i <= step; i++) {
        steps.get(i).run();
      }
      for (int i = 0; i < 6; i++) {
        steps.get(i).run();
      }
    }
    assertRecovered();
  }

  @Test
  void on_a_disk_of_its_own_the_old_files_stay_in_the_directory() throws Exception {
    Path otherDisk = Path.of("/dev/shm");
    Assumptions.assumeTrue(
        Files.isWritable(otherDisk)
            && !Files.getFileStore(otherDisk).equals(Files.getFileStore(temp)),
        "no other disk here");
    Path mounted = Files.createTempDirectory(otherDisk, "hraftd");
    try {
      // What is around the link is on another disk than what it leads to, as with a mount.
      Path link = Files.createSymbolicLink(temp.resolve("link"), mounted);
      Files.writeString(mounted.resolve("format"), "1\n");
      try (Recovery recovery = Recovery.open(link)) {
        assertEquals(
            link.resolve("before-recover-1970-01-01T00-00-00Z"),
            recovery.placeForOld(Instant.EPOCH));
      }
    } finally {
      Files.deleteIfExists(mounted.resolve("format"));
      Files.deleteIfExists(mounted.resolve("lock"));
      Files.delete(mounted); // Fails if anything was left there.
    }
  }

  @Test
  void a_directory_that_is_in_use_is_left_alone() throws Exception {
    try (DataDirectory running = DataDirectory.open(directory, "raft")) {
      assertEquals(before, running.load());
      assertTrue(StoredDirectory.isInUse(directory));
      assertThrows(DataDirectory.Unusable.class, () -> Recovery.open(directory));
    }
    assertFalse(StoredDirectory.isInUse(directory));
    assertThrows(DataDirectory.Unusable.class, () -> Recovery.open(temp));
    assertFalse(Files.exists(temp.resolve("lock")), "nothing is made where nothing was");
  }
}
