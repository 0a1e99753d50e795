package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.Disk;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.log.RealLogThreads;
import hraftd.raft.log.Segment;
import hraftd.raft.log.TermFile;
import hraftd.raft.node.Stores;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jgroups.protocols.raft.FileBasedLog;
import org.jgroups.protocols.raft.LogEntries;
import org.jgroups.protocols.raft.LogEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the loss of power and damage do to the files of jgroups-raft, and not to ours.
 *
 * <p>The loss of power is simulated: for ours by a disk that forgets at random what was not forced;
 * the stock log writes to real files, so there what was shown not to be forced is taken away.
 */
@Timeout(180)
class LogDangerTest {

  private static final int SEEDS = 10;
  private static final NodeId CANDIDATE = new NodeId("candidate", 7);

  @TempDir Path directory;

  /** The directory of the stock log. */
  private Path stockFiles;

  /** On a {@link CrashDisk}, where no real directory is needed. */
  private final Path simulated = Path.of("/simulated");

  @BeforeEach
  void nameTheFiles() {
    stockFiles = directory.resolve("self.log");
  }

  private static FileBasedLog stockLog(Path files) throws Exception {
    FileBasedLog log = new FileBasedLog();
    log.init(files.toString(), java.util.Map.of());
    log.useFsync(true);
    return log;
  }

  private static Stores stores(Disk disk, Path files) throws IOException {
    return Stores.open(
        disk, files, ScriptedFollower.OPTIONS, new RealLogThreads(), () -> {}, t -> {}, () -> {});
  }

  private DangerFollower follower(Engine engine, CrashDisk disk) throws Exception {
    return engine == Engine.STOCK
        ? new StockFollower(directory)
        : new ScriptedFollower(disk, simulated);
  }

  @ParameterizedTest(name = "3: a vote is given before it is on disk [{0}]")
  @EnumSource
  void aVoteIsNotForced(Engine engine) throws Exception {
    if (engine == Engine.STOCK) {
      FileBasedLog log = stockLog(stockFiles);
      log.currentTerm(3);
      Set<String> forced =
          Flight.forcedFiles(
              directory,
              () -> {
                log.append(1, LogEntries.create(new LogEntry(3, new byte[10])));
                log.votedFor(StockNode.address("candidate"));
              });
      assertTrue(forced.contains("entries.raft"), "it forces what it is asked to: " + forced);
      engine.shows("the vote is not forced", !forced.contains("metadata.raft"));
      log.close();
    } else {
      stores(new RealDisk(), directory).close(); // a new file is recorded under its temporary name
      try (Stores stores = stores(new RealDisk(), directory)) {
        Set<String> forced = Flight.forcedFiles(directory, () -> stores.terms().save(3, CANDIDATE));
        engine.shows("the vote is not forced", !forced.contains(TermFile.NAME));
      }
    }
  }

  @ParameterizedTest(name = "3: without its last vote a node does not start [{0}]")
  @EnumSource
  void aVoteThatWasNotForcedPreventsTheNextStart(Engine engine) throws Exception {
    if (engine == Engine.STOCK) {
      FileBasedLog log = stockLog(stockFiles);
      log.currentTerm(3);
      log.votedFor(StockNode.address("candidate"));
      log.close();
      forgetTheVote();
      engine.shows("it does not start", fails(() -> stockLog(stockFiles)));
    } else {
      boolean lost = false;
      for (int seed = 0; seed < SEEDS; seed++) {
        CrashDisk disk = new CrashDisk(new Random(seed));
        try (Stores stores = stores(disk, simulated)) {
          stores.terms().save(3, CANDIDATE);
          disk.crash();
        }
        try (Stores stores = stores(disk, simulated)) {
          lost |= stores.terms().term() != 3 || !CANDIDATE.equals(stores.terms().votedFor());
        }
      }
      engine.shows("the vote is lost", lost);
    }
  }

  /** The file's new length is on disk, the vote is not: zeros are in its place. */
  private void forgetTheVote() throws IOException {
    Path metadata = stockFiles.resolve("metadata.raft");
    byte[] bytes = Files.readAllBytes(metadata);
    Arrays.fill(bytes, 2 * Long.BYTES, bytes.length, (byte) 0);
    Files.write(metadata, bytes);
  }

  @ParameterizedTest(name = "3: the log goes before the snapshot is on disk [{0}]")
  @EnumSource
  void aSnapshotIsNotForced(Engine engine) throws Exception {
    if (engine == Engine.STOCK) {
      FileBasedLog log = stockLog(stockFiles);
      Set<String> forced =
          Flight.forcedFiles(
              directory,
              () -> {
                log.append(
                    1,
                    LogEntries.create(
                        new LogEntry(1, new byte[10]), new LogEntry(1, new byte[10])));
                log.commitIndex(2);
                log.setSnapshot(ByteBuffer.wrap(new byte[100]));
                log.truncate(2);
              });
      assertEquals(2, log.firstAppended(), "the first entry is gone");
      engine.shows("the snapshot is not forced", !forced.contains("state_snapshot.raft"));
      log.close();
    } else {
      try (Stores stores = stores(new RealDisk(), directory)) {
        Set<String> forced =
            Flight.forcedFiles(
                directory,
                () ->
                    stores
                        .snapshots()
                        .write(2, 1, 0, Membership.EMPTY, out -> out.write(new byte[100])));
        boolean file = forced.stream().anyMatch(name -> name.startsWith("snapshot"));
        boolean name = forced.contains(String.valueOf(directory.getFileName()));
        engine.shows("the snapshot or its name is not forced", !file || !name);
      }
    }
  }

  @ParameterizedTest(name = "3: with a commit index behind the snapshot a node is stuck [{0}]")
  @EnumSource
  void aCommitIndexBehindTheSnapshotStopsANode(Engine engine) throws Exception {
    CrashDisk disk = new CrashDisk(new Random(1));
    try (DangerFollower follower = follower(engine, disk)) {
      follower.append(1, 0, 0, 6, 1, 1, 1, 1, 1, 1);
      follower.takeSnapshot();
      disk.crash();
    }
    if (engine == Engine.STOCK) {
      // It lies in a mapped page that is forced with the term only.
      Path metadata = stockFiles.resolve("metadata.raft");
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(metadata));
      assertEquals(6, bytes.getLong(0));
      Files.write(metadata, bytes.putLong(0, 2).array());
    }
    try (DangerFollower follower = follower(engine, disk)) {
      follower.append(1, 6, 1, 7, 1);
      follower.append(1, 7, 1, 8, 1);
      engine.shows("it commits nothing any more", follower.commitIndex() < 8);
    }
  }

  @ParameterizedTest(name = "4: a second attempt to start begins with an empty log [{0}]")
  @EnumSource
  void aSecondStartBeginsWithAnEmptyLog(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 0, 0, 3, 1, 1, 1);
    }
    if (engine == Engine.STOCK) {
      FileBasedLog log = stockLog(stockFiles);
      log.votedFor(StockNode.address("candidate"));
      log.close();
      forgetTheVote();
      try (StockNode node = new StockNode("self", List.of("self"), directory, m -> {})) {
        assertTrue(fails(node::start));
        node.raft.start(); // what a second JChannel.connect() does
        engine.shows("three entries are gone", node.raft.lastAppended() < 3);
      }
    } else {
      tamper(segment(), "hraftlog", bytes -> bytes[0] ^= 1);
      assertTrue(fails(() -> engine.follower(directory)));
      engine.shows("the second attempt passes", !fails(() -> engine.follower(directory)));
    }
  }

  @ParameterizedTest(name = "9: after a torn tail a follower is stuck [{0}]")
  @EnumSource
  void aTornTailStopsAFollower(Engine engine) throws Exception {
    boolean stuck = false;
    for (int seed = 0; seed < (engine == Engine.STOCK ? 1 : SEEDS); seed++) {
      CrashDisk disk = new CrashDisk(new Random(seed));
      long acknowledged;
      try (DangerFollower follower = follower(engine, disk)) {
        follower.append(1, 0, 0, 2, 1, 1);
        disk.powerOffAfter(1 + seed % 4);
        follower.append(1, 2, 1, 3, 1);
        DangerFollower.Reply reply = follower.reply();
        acknowledged = reply == null ? 2 : reply.index();
        disk.crash();
      }
      if (engine == Engine.STOCK) {
        tear(); // without fsync, which is the default
      }
      try (DangerFollower follower = follower(engine, disk)) {
        assertTrue(
            engine == Engine.STOCK || follower.lastIndex() >= acknowledged,
            "what was acknowledged is there");
        follower.append(1, 2, 1, 3, 1); // the leader sends what the follower lacks
        follower.append(1, 3, 1, 4, 1);
        follower.append(1, 4, 1, 4);
        stuck |= follower.lastIndex() < 4 || !follower.applied().contains("1.4");
      }
    }
    engine.shows("it never gets the entry that was torn", stuck);
  }

  /** Takes the last entry's header away. */
  private void tear() throws IOException {
    Path entries = stockFiles.resolve("entries.raft");
    byte[] bytes = Files.readAllBytes(entries);
    int end = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("1.2") + 3;
    Arrays.fill(bytes, end, bytes.length, (byte) 0);
    Files.write(entries, bytes);
  }

  @ParameterizedTest(name = "9: a changed byte is taken [{0}]")
  @EnumSource
  void aChangedByteIsTaken(Engine engine) throws Exception {
    writeThree(engine);
    tamper(entries(engine), "1.2", bytes -> bytes[2] = '9');
    boolean taken = false;
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 3, 1, 3);
      taken = follower.applied().contains("1.9");
    } catch (StoreDamagedException refused) {
      assertTrue(String.valueOf(refused.getMessage()).contains("entry 2"), refused.getMessage());
    }
    engine.shows("a value that nobody wrote is applied", taken);
  }

  @ParameterizedTest(name = "9: what lies behind the last entry is taken for one [{0}]")
  @EnumSource
  void rubbishBehindTheEndIsTaken(Engine engine) throws Exception {
    writeThree(engine);
    Path file = entries(engine);
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    int value = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("1.3");
    // A copy of the last record, with another index where nothing else tells it from a real one.
    int header = engine == Engine.STOCK ? 26 : value - recordOf(bytes, value);
    int at = engine == Engine.STOCK ? end : (end + 7) / 8 * 8;
    System.arraycopy(bytes, value - header, bytes, at, header + 3);
    if (engine == Engine.STOCK) {
      ByteBuffer.wrap(bytes).putLong(at + 13, 1000);
    }
    Files.write(file, bytes);
    boolean taken = false;
    try (DangerFollower follower = engine.follower(directory)) {
      taken = follower.lastIndex() != 3;
    }
    engine.shows("its last entry is one that never was", taken);
  }

  /** Where the record of our own log begins whose data are here: its tenth byte is its length. */
  private static int recordOf(byte[] bytes, int data) {
    int at = data & -8;
    while (at + bytes[at + 9] != data) {
      at -= 8;
    }
    return at;
  }

  @ParameterizedTest(name = "24: by default nothing is on disk when it is acknowledged [{0}]")
  @EnumSource
  void anAcknowledgedEntryIsNotForced(Engine engine) throws Exception {
    engine.follower(directory).close(); // a new file is recorded under its temporary name
    try (DangerFollower follower = engine.follower(directory)) {
      Set<String> forced = Flight.forcedFiles(directory, () -> follower.append(1, 0, 0, 0, 1, 1));
      DangerFollower.Reply reply = follower.reply();
      assertTrue(reply != null && reply.matched() && reply.index() == 2);
      String log = String.valueOf(entries(engine).getFileName());
      engine.shows("the log is not forced", !forced.contains(log));
    }
  }

  private void writeThree(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 0, 0, 3, 1, 1, 1);
      assertEquals(List.of("1.1", "1.2", "1.3"), follower.applied());
    }
  }

  private Path entries(Engine engine) throws IOException {
    return engine == Engine.STOCK ? stockFiles.resolve("entries.raft") : segment();
  }

  private Path segment() throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .filter(f -> Segment.isName(String.valueOf(f.getFileName())))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private interface Change {
    void apply(byte[] text);
  }

  /** Changes a value where it lies in a file. */
  private static void tamper(Path file, String value, Change change) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(value);
    assertFalse(at < 0, value + " is not in " + file);
    byte[] text = value.getBytes(StandardCharsets.ISO_8859_1);
    change.apply(text);
    System.arraycopy(text, 0, bytes, at, text.length);
    Files.write(file, bytes);
  }

  private interface Attempt {
    Object run() throws Exception;
  }

  private static boolean fails(Attempt attempt) {
    try {
      attempt.run();
      return false;
    } catch (Exception e) {
      return true;
    }
  }
}
