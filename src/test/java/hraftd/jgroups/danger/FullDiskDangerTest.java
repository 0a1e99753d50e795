package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.Leader;
import hraftd.raft.core.Message;
import hraftd.raft.core.ScriptedRaft;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.log.RealLogThreads;
import hraftd.raft.node.Stores;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a full disk does to jgroups-raft, and not to ours: its disk is /dev/full, ours one in
 * memory.
 */
@Timeout(180)
class FullDiskDangerTest {

  /** More than the disk has room for. */
  private static final int MANY = 4000;

  @TempDir Path directory;

  /** On a {@link CrashDisk}, where no real directory is needed. */
  private final Path simulated = Path.of("/simulated");

  @ParameterizedTest(name = "7: a follower with a full disk acknowledges [{0}]")
  @EnumSource
  void aFullDiskAcknowledges(Engine engine) throws Exception {
    long[] many = new long[MANY];
    Arrays.fill(many, 1);
    CrashDisk disk = new CrashDisk(new Random(1));
    Path stockFiles = directory.resolve("self.log");
    if (engine == Engine.STOCK) {
      Path full = Path.of("/dev/full");
      assumeTrue(Files.exists(full), "NOT TESTED: there is no /dev/full on this system");
      Files.createDirectories(stockFiles);
      Files.createSymbolicLink(stockFiles.resolve("entries.raft"), full);
    }
    PrintStream stderr = System.err;
    try (DangerFollower follower =
        engine == Engine.STOCK
            ? new StockFollower(directory)
            : new ScriptedFollower(disk, simulated)) {
      disk.setCapacity(disk.used());
      System.setErr(new PrintStream(OutputStream.nullOutputStream())); // a stack trace for each
      follower.append(1, 0, 0, 0, many);
      DangerFollower.Reply reply = follower.reply();
      engine.shows(
          "it acknowledges what is not written",
          reply != null && reply.matched() && reply.index() == MANY);
      if (engine == Engine.HRAFTD) {
        assertFalse(follower.stopped());
      }
    } finally {
      System.setErr(stderr);
      Files.deleteIfExists(stockFiles.resolve("entries.raft"));
    }
  }

  @ParameterizedTest(name = "7: a leader with a full disk hangs and leads on [{0}]")
  @EnumSource
  void aLeaderWithAFullDiskHangs(Engine engine) throws Exception {
    boolean hangs;
    PrintStream stderr = System.err;
    System.setErr(new PrintStream(OutputStream.nullOutputStream())); // a stack trace for each
    try {
      hangs = engine == Engine.STOCK ? stockLeaderHangs() : ourLeaderHangs();
    } finally {
      System.setErr(stderr);
    }
    engine.shows("it neither writes nor gives way", hangs);
  }

  private boolean stockLeaderHangs() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "NOT TESTED: there is no /dev/full on this system");
    Path files = Files.createDirectories(directory.resolve("n0.log"));
    Path link = Files.createSymbolicLink(files.resolve("entries.raft"), full);
    try (DangerCluster cluster = Engine.STOCK.cluster(3, directory)) {
      assertTrue(cluster.elect(0));
      DangerCluster.Answer write = cluster.write(0, "x");
      for (int i = 0; i < 20; i++) {
        cluster.settle();
        cluster.pass();
      }
      return !write.ended() && cluster.leads(0);
    } finally {
      Files.deleteIfExists(link);
    }
  }

  /** Alone, since its followers would see nothing but its silence. */
  private boolean ourLeaderHangs() throws Exception {
    CrashDisk disk = new CrashDisk(new Random(1));
    NodeId self = new NodeId("self", 1);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    try (Stores stores =
        Stores.open(
            disk,
            simulated,
            ScriptedFollower.OPTIONS,
            new RealLogThreads(),
            () -> {},
            failure::set,
            () -> {})) {
      ScriptedRaft node =
          new ScriptedRaft(
              self,
              new Membership(List.of(ScriptedRaft.member(self))),
              50,
              stores.raftLog(),
              stores.terms(),
              stores.snapshots(),
              () -> 0,
              message -> {});
      node.endOfBatch();
      assertTrue(node.raft.leads());
      disk.setCapacity(disk.used());
      Message.Reason refusal = null;
      for (int i = 0; i < MANY && refusal == null && failure.get() == null; i++) {
        refusal = ((Leader) node.raft.role()).accept(1, i, /* grows= */ false, new byte[1000]);
        assertStopsIfItThrows(node, failure);
      }
      return refusal == null && failure.get() == null;
    }
  }

  private static void assertStopsIfItThrows(
      ScriptedRaft node, AtomicReference<@Nullable Throwable> failure) {
    try {
      node.endOfBatch();
    } catch (UncheckedIOException e) {
      assertTrue(failure.get() != null, "the process is told to end");
    }
  }
}
