package hraftd.jgroups.danger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one follower of jgroups-raft acknowledges, commits or drops, and ours does not. */
@Timeout(180)
class FollowerDangerTest {

  @TempDir Path directory;

  @ParameterizedTest(name = "5: an empty message commits what nobody has compared [{0}]")
  @EnumSource
  void anEmptyMessageCommitsADivergedTail(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 0, 0, 1, 1, 1); // entries 1 and 2 of term 1, the first committed
      // The leader of term 2 has another entry 2, and has committed it.
      follower.append(2, 1, 1, 2);
      engine.shows("applies an entry that the leader has not", follower.applied().contains("1.2"));
    }
  }

  @ParameterizedTest(name = "6: a repeated message acknowledges the diverged tail [{0}]")
  @EnumSource
  void aRepeatedMessageAcknowledgesADivergedTail(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 0, 0, 1, 1, 1);
      follower.append(2, 0, 0, 1, 1); // the leader of term 2 sends entry 1, which is committed here
      DangerFollower.Reply reply = Objects.requireNonNull(follower.reply());
      engine.shows(
          "acknowledges entry 2, which this leader never sent",
          reply.matched() && reply.index() >= 2);
    }
  }

  @ParameterizedTest(name = "6: only the first entry of a batch is compared [{0}]")
  @EnumSource
  void aDivergedEntryInsideABatchStays(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 0, 0, 0, 1, 1); // entries 1 and 2 of term 1
      follower.append(2, 0, 0, 2, 1, 2); // the leader of term 2: entry 1 is the same, entry 2 not
      engine.shows(
          "keeps another entry than the leader's and applies it",
          follower.termAt(2) != 2 || !follower.applied().contains("2.2"));
    }
  }

  @ParameterizedTest(name = "11: a leader of an old term gets no answer [{0}]")
  @EnumSource
  void aLeaderOfAnOldTermIsNotToldTheNewOne(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(7, 0, 0, 0, 7);
      assertEquals(7, Objects.requireNonNull(follower.reply()).term());
      follower.append(3, 0, 0, 0, 3);
      DangerFollower.Reply reply = follower.reply();
      engine.shows("silence", reply == null || reply.term() != 7);
    }
  }

  @ParameterizedTest(name = "17: a late snapshot moves a follower backwards [{0}]")
  @EnumSource
  void aLateSnapshotRollsBack(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.append(1, 0, 0, 4, 1, 1, 1, 1);
      assertEquals(4, follower.commitIndex());
      follower.snapshot(1, 2, 1);
      engine.shows(
          "committed entries are gone",
          follower.commitIndex() < 4 || !follower.applied().contains("1.4"));
    }
  }

  @ParameterizedTest(name = "22: a node goes on behind an entry that it could not apply [{0}]")
  @EnumSource
  void aFailureToApplyIsPassedOver(Engine engine) throws Exception {
    try (DangerFollower follower = engine.follower(directory)) {
      follower.failAt("1.2");
      follower.append(1, 0, 0, 3, 1, 1, 1);
      follower.append(1, 3, 1, 4, 1);
      assertEquals("1.1", follower.applied().get(0));
      engine.shows(
          "its state lacks an entry, and it goes on",
          follower.applied().equals(List.of("1.1", "1.3", "1.4")) && !follower.stopped());
    }
  }
}
