package hraftd.raft.node;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.Command;
import hraftd.kv.Guard;
import hraftd.kv.Key;
import hraftd.kv.state.KvState;
import hraftd.raft.Deadline;
import hraftd.raft.HostPort;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.RaftMeter;
import hraftd.raft.RaftObserver;
import hraftd.raft.RaftSettings;
import hraftd.raft.ScrubReport;
import hraftd.testing.DamagedFile;
import hraftd.testing.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rots under a running node is found, told and mended before anybody needs it. */
@Timeout(120)
class ScrubberTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final int SEGMENT_BYTES = 1 << 17;

  @TempDir Path directory;

  private record Running(KvState state, RaftConsensus consensus) implements AutoCloseable {
    @Override
    public void close() {
      consensus.close();
    }

    ScrubReport report() {
      return consensus.scrubbed();
    }
  }

  private Running start(Duration scrub, boolean first) throws IOException {
    Member member =
        new Member(
            new NodeId("n1", 1),
            new HostPort("127.0.0.1", Ports.free()),
            new HostPort("127.0.0.1", 1),
            true);
    KvState state = new KvState(ChangeListener.NONE);
    RaftSettings settings =
        new RaftSettings(
            member.node(),
            "c",
            member.raft(),
            new Membership(List.of(member)),
            directory,
            /* campaign= */ first,
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            /* snapshotBytes= */ 1 << 30,
            Duration.ofHours(1),
            /* diskReserve= */ 0,
            SEGMENT_BYTES,
            /* keepEntries= */ 1_000_000,
            scrub,
            () -> false,
            RaftMeter.NONE,
            RaftObserver.NONE);
    return new Running(state, RaftConsensus.open(settings, state));
  }

  /** Writes so much that there are several segments. */
  private static void fill(Running node) throws Exception {
    for (int i = 0; i < 40; i++) {
      Command.Pair pair = new Command.Pair(Key.of("key" + i), new byte[10_000], 0);
      node.consensus
          .propose(new Command.Put(List.of(pair), Guard.NONE), Deadline.after(PATIENCE))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private List<Path> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  private static String found(Running node, int damages) {
    eventually("it is found", () -> node.report().damages() >= damages);
    return String.valueOf(node.report().warnings());
  }

  private static void staysQuiet(Running node, long damages) {
    long round = node.report().rounds();
    eventually("another round", () -> node.report().rounds() >= round + 2);
    assertEquals(damages, node.report().damages(), () -> String.valueOf(node.report()));
  }

  @Test
  void a_damaged_segment_goes_behind_a_new_snapshot() throws Exception {
    try (Running node = start(OFTEN, true)) {
      fill(node);
      staysQuiet(node, 0);
      Path rotten = files("log-").get(1);
      DamagedFile.flip(rotten, 50_000);
      String warning = found(node, 1);
      assertTrue(warning.contains(rotten.toString()), warning);
      eventually("the file goes", () -> !Files.exists(rotten));
      assertEquals(1, files("snapshot-").size());
      staysQuiet(node, 1);
    }
    try (Running again = start(Duration.ZERO, false)) {
      eventually("all is there", () -> again.state.view().size() == 40);
    }
  }

  @Test
  void a_damaged_snapshot_is_replaced_by_another() throws Exception {
    try (Running node = start(OFTEN, true)) {
      fill(node);
      DamagedFile.flip(files("log-").get(0), 50_000); // A way to a first snapshot.
      found(node, 1);
      eventually("a snapshot", () -> files("snapshot-").size() == 1);
      Path snapshot = files("snapshot-").get(0);
      DamagedFile.flip(snapshot, Files.size(snapshot) / 2);
      String warning = found(node, 2);
      assertTrue(warning.contains(snapshot.toString()), warning);
      staysQuiet(node, 2);
    }
    try (Running again = start(Duration.ZERO, false)) {
      eventually("all is there", () -> again.state.view().size() == 40);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"term", "floor"})
  void a_copy_in_a_small_file_is_written_anew(String name) throws Exception {
    try (Running node = start(OFTEN, true)) {
      fill(node);
      for (int copy = 0; copy < 2; copy++) {
        DamagedFile.flip(directory.resolve(name), copy * 4096L + 20);
        assertTrue(found(node, copy + 1).contains(directory.resolve(name).toString()));
        staysQuiet(node, copy + 1);
      }
    }
    try (Running again = start(Duration.ZERO, false)) {
      eventually("all is there", () -> again.state.view().size() == 40);
    }
  }
}
