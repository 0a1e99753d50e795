package hraftd.raft.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import hraftd.kv.ChangeListener;
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
import hraftd.raft.RaftStatus;
import hraftd.testing.Eventually;
import hraftd.testing.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member goes on alone with all that it has, whoever the members were before. */
class LoneMemberTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final NodeId SELF = new NodeId("a", 1);
  private static final Membership LEARNS =
      MemberFiles.THREE.with(MemberFiles.member("a", 1, false));

  @TempDir Path directory;

  private interface History {
    void happen(MemberFiles files) throws IOException;
  }

  /** Recovers what this history leaves; it must lead alone and have every key. */
  private void recovers(Membership initial, String[] keys, History history) throws Exception {
    Path old = directory.resolve("old");
    try (MemberFiles files = new MemberFiles(old)) {
      history.happen(files);
    }
    HostPort address = new HostPort("127.0.0.1", Ports.free());
    Membership alone = new Membership(List.of(new Member(SELF, address, address, true)));
    Path renewed = directory.resolve("new");
    StoredState held = StoredStateReader.read(old, initial);
    assertEquals(List.of(), held.damage());
    LoneMember.write(renewed, held, alone);

    KvState state = new KvState(ChangeListener.NONE);
    try (RaftConsensus consensus =
        RaftConsensus.open(settings(address, alone, renewed), state, new NodeParts())) {
      Eventually.eventually(
          "leads", PATIENCE, () -> consensus.readBarrier(Deadline.after(PATIENCE)).get());
      Eventually.eventually("says so", () -> consensus.status().role() == RaftStatus.Role.LEADER);
      assertEquals(alone, consensus.status().membership());
      assertEquals(held.state().view().revision(), state.view().revision());
      for (String key : keys) {
        assertNotNull(state.view().get(Key.of(key)), key);
      }
      List<Key> all = new ArrayList<>();
      state.view().list(Key.of(""), null, 1000).forEach(item -> all.add(item.key()));
      assertEquals(keys.length, all.size(), all::toString);
    }
  }

  private static RaftSettings settings(HostPort address, Membership alone, Path files) {
    return new RaftSettings(
        SELF,
        "new-cluster",
        address,
        alone,
        files,
        /* campaign= */ false,
        Duration.ofMillis(600),
        Duration.ofMillis(60),
        1 << 20,
        Duration.ofHours(1),
        /* diskReserve= */ 0,
        1 << 20,
        /* keepEntries= */ 10,
        /* scrub= */ Duration.ZERO,
        () -> false,
        RaftMeter.NONE,
        RaftObserver.NONE);
  }

  private static String[] keys(String... keys) {
    return keys;
  }

  @Test
  void oneOfThreeWithEntriesThatMayNotBeCommitted() throws Exception {
    recovers(MemberFiles.THREE, keys("x", "y"), files -> files.put("x").inTerm(9).put("y"));
  }

  @Test
  void oneThatHasNothingButTheBeginning() throws Exception {
    recovers(MemberFiles.THREE, keys(), files -> files.inTerm(3));
  }

  @Test
  void oneThatJoinedLaterAndHasASnapshotAlone() throws Exception {
    recovers(
        Membership.EMPTY, keys("x"), files -> files.members(MemberFiles.THREE).put("x").snapshot());
  }

  @Test
  void aRemovalOfItselfThatIsTheLastEntry() throws Exception {
    recovers(
        MemberFiles.THREE,
        keys("x"),
        files -> files.put("x").members(MemberFiles.THREE.without("a")));
  }

  @Test
  void oneThatWasRemovedLongAgo() throws Exception {
    recovers(
        MemberFiles.THREE,
        keys("x", "y"),
        files -> files.put("x").members(MemberFiles.THREE.without("a")).put("y").snapshot());
  }

  @Test
  void oneThatWasRemovedAndJoinedAgainAndOthersLeft() throws Exception {
    recovers(
        MemberFiles.THREE,
        keys("x", "y", "z"),
        files ->
            files
                .put("x")
                .members(MemberFiles.THREE.without("a"))
                .put("y")
                .members(MemberFiles.THREE)
                .members(MemberFiles.THREE.without("b"))
                .inTerm(5)
                .members(
                    MemberFiles.THREE
                        .without("b")
                        .without("c")
                        .with(MemberFiles.member("d", 4, true)))
                .put("z"));
  }

  @Test
  void aLearner() throws Exception {
    recovers(Membership.EMPTY, keys("x", "y"), files -> files.members(LEARNS).put("x").put("y"));
  }

  @Test
  void aLearnerWhosePromotionIsTheLastEntry() throws Exception {
    recovers(
        Membership.EMPTY,
        keys("x"),
        files -> files.members(LEARNS).put("x").members(MemberFiles.THREE));
  }

  @Test
  void oneThatHasNotHeardOfItsOwnJoining() throws Exception {
    recovers(
        Membership.EMPTY,
        keys("x"),
        files -> files.members(MemberFiles.THREE.without("a")).put("x"));
  }
}
