package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.ChangeListener;
import hraftd.kv.state.KvState;
import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.ScriptedRaft;
import hraftd.raft.node.DetachedSurroundings;
import hraftd.raft.node.SnapshotPace;
import hraftd.raft.node.Snapshotter;
import hraftd.raft.sim.SimLog;
import hraftd.raft.sim.SimStores;
import hraftd.raft.snapshot.MemorySnapshots;
import hraftd.raft.snapshot.WritableSnapshots;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How jgroups-raft sends snapshots, and ours does not. */
@Timeout(180)
class SnapshotDangerTest {

  private static final int VALUES = 40;
  private static final int VALUE_BYTES = 50_000;
  private static final long STATE_BYTES = (long) VALUES * VALUE_BYTES;

  private static final NodeId SELF = new NodeId("self", 1);

  @TempDir Path directory;

  @ParameterizedTest(name = "21: a snapshot is sent as one message [{0}]")
  @EnumSource
  void aSnapshotIsOneMessage(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(5, directory)) {
      leaveTwoBehind(cluster);
      letThemCatchUp(cluster);
      engine.shows(
          "a message as long as the state", cluster.longestSnapshotMessage() >= STATE_BYTES);
    }
  }

  @ParameterizedTest(name = "21: each lagging follower costs another snapshot [{0}]")
  @EnumSource
  void eachLaggingFollowerCostsASnapshot(Engine engine) throws Exception {
    try (DangerCluster cluster = engine.cluster(5, directory)) {
      leaveTwoBehind(cluster);
      int before = cluster.snapshotsTaken(0);
      letThemCatchUp(cluster);
      engine.shows("one for each, though there was one", cluster.snapshotsTaken(0) >= before + 2);
    }
  }

  @ParameterizedTest(name = "21: nothing goes on while a snapshot is written [{0}]")
  @EnumSource
  void theRaftThreadWritesTheSnapshot(Engine engine) throws Exception {
    Thread writer = engine == Engine.STOCK ? stockWriter() : ourWriter();
    engine.shows("the Raft thread, here the test's, writes", writer == Thread.currentThread());
  }

  private @Nullable Thread stockWriter() throws Exception {
    try (StockCluster cluster = new StockCluster(1, directory)) {
      assertTrue(cluster.elect(0));
      cluster.nodes.get(0).raft.maxLogSize(VALUE_BYTES);
      for (int i = 0; i < 3; i++) {
        assertTrue(written(cluster, "x".repeat(VALUE_BYTES)));
      }
      return cluster.nodes.get(0).snapshotThread;
    }
  }

  private @Nullable Thread ourWriter() throws Exception {
    CompletableFuture<Thread> writer = new CompletableFuture<>();
    try (MemorySnapshots snapshots = new MemorySnapshots()) {
      ScriptedRaft node = alone(snapshots);
      WritableSnapshots archive =
          (WritableSnapshots)
              Proxy.newProxyInstance(
                  WritableSnapshots.class.getClassLoader(),
                  new Class<?>[] {WritableSnapshots.class},
                  (proxy, method, args) -> {
                    if (method.getName().equals("write")) {
                      writer.complete(Thread.currentThread());
                    }
                    return method.invoke(snapshots, args);
                  });
      SnapshotPace pace =
          new SnapshotPace(
              /* bytes= */ 0,
              /* interval= */ Duration.ofHours(1),
              /* retry= */ Duration.ofSeconds(10),
              /* maxWaitForSending= */ Duration.ZERO,
              /* keepEntries= */ 0,
              /* keepBytes= */ 0);
      KvState state = new KvState(ChangeListener.NONE);
      new Snapshotter(pace, archive, state, new Aside(writer))
          .endOfBatch(node.raft, System.nanoTime());
      return writer.get(20, TimeUnit.SECONDS);
    }
  }

  /** Runs what takes long on another thread, which is told if that fails. */
  private static final class Aside extends DetachedSurroundings {
    private final CompletableFuture<Thread> writer;

    Aside(CompletableFuture<Thread> writer) {
      this.writer = writer;
    }

    @Override
    public long nanoTime() {
      return System.nanoTime();
    }

    @Override
    public void post(Runnable task) {}

    @Override
    public void runAside(Runnable task) {
      new Thread(task, "aside").start();
    }

    @Override
    public void failed(Throwable cause) {
      writer.completeExceptionally(cause);
    }
  }

  /** A leader of itself, which has committed an entry. */
  private static ScriptedRaft alone(MemorySnapshots snapshots) {
    ScriptedRaft node =
        new ScriptedRaft(
            SELF,
            new Membership(List.of(ScriptedRaft.member(SELF))),
            50,
            new SimLog(1, e -> {}),
            new SimStores(),
            snapshots,
            () -> 0,
            message -> {});
    node.endOfBatch();
    assertTrue(node.raft.appliedIndex() > 0);
    return node;
  }

  /** Nodes 3 and 4 lack what the leader's log no longer holds. */
  private static void leaveTwoBehind(DangerCluster cluster) {
    assertTrue(cluster.elect(0));
    cluster.separate(0, 1, 2);
    for (int i = 0; i < VALUES; i++) {
      String value = String.valueOf((char) ('a' + i % 26)).repeat(VALUE_BYTES - 2); // UTF: 2 more
      assertTrue(written(cluster, value));
    }
    cluster.takeSnapshot(0);
    assertTrue(cluster.snapshotsTaken(0) >= 1);
  }

  private static void letThemCatchUp(DangerCluster cluster) {
    cluster.heal();
    for (int i = 0; i < 50; i++) {
      cluster.pass();
    }
    for (int node = 3; node < 5; node++) {
      assertEquals(VALUES, cluster.applied(node).size(), "node " + node);
    }
  }

  private static boolean written(DangerCluster cluster, String value) {
    DangerCluster.Answer answer = cluster.write(0, value);
    cluster.settle();
    return answer.succeeded();
  }
}
