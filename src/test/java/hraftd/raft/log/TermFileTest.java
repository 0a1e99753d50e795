package hraftd.raft.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.NodeId;
import hraftd.raft.core.TermStore;
import hraftd.raft.disk.CrashDisk;
import hraftd.raft.disk.FailStop;
import hraftd.raft.disk.RealDisk;
import hraftd.raft.disk.StoreDamagedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TermFileTest {
  private static final Path DIRECTORY = Path.of("/store");
  private static final int COPIES_APART = 4096;

  private record Vote(long term, @Nullable NodeId candidate) {
    static Vote in(TermStore terms) {
      return new Vote(terms.term(), terms.votedFor());
    }
  }

  private static Vote randomVote(Random random) {
    NodeId candidate = new NodeId("n".repeat(1 + random.nextInt(128)), random.nextLong());
    return new Vote(random.nextInt(1000), random.nextInt(4) == 0 ? null : candidate);
  }

  private static FailStop told(List<Throwable> told) {
    return new FailStop(told::add);
  }

  @Test
  void termAndVoteAreThereAfterARestart(@TempDir Path directory) throws IOException {
    NodeId candidate = new NodeId("knoten-ä", -5);
    try (TermFile terms = TermFile.create(new RealDisk(), directory, told(new ArrayList<>()))) {
      assertEquals(0, terms.term());
      assertNull(terms.votedFor());
      terms.save(7, candidate);
    }
    try (TermFile terms = TermFile.open(new RealDisk(), directory, told(new ArrayList<>()))) {
      assertEquals(new Vote(7, candidate), Vote.in(terms));
      terms.save(8, null);
    }
    try (TermFile terms = TermFile.open(new RealDisk(), directory, told(new ArrayList<>()))) {
      assertEquals(new Vote(8, null), Vote.in(terms));
    }
  }

  @Test
  void aVoteThatWasSavedSurvivesTheLossOfPowerAtAnyMoment() throws IOException {
    for (long seed = 0; seed < 600; seed++) {
      Random random = new Random(seed);
      CrashDisk disk = new CrashDisk(random);
      TermFile terms = TermFile.create(disk, DIRECTORY, told(new ArrayList<>()));
      Vote saved = Vote.in(terms);
      for (int crash = 0; crash < 4; crash++) {
        Vote trying = saved;
        disk.powerOffAfter(random.nextInt(25));
        try {
          for (int i = 0; i < 10; i++) {
            trying = randomVote(random);
            terms.save(trying.term(), trying.candidate());
            saved = trying;
          }
        } catch (UncheckedIOException powerOff) {
          assertEquals("the power is off", cause(powerOff).getMessage());
        }
        disk.crash();
        terms = TermFile.open(disk, DIRECTORY, told(new ArrayList<>()));
        Vote found = Vote.in(terms);
        assertTrue(found.equals(saved) || found.equals(trying), "seed " + seed);
        saved = found;
      }
    }
  }

  private static Throwable cause(UncheckedIOException e) {
    return java.util.Objects.requireNonNull(e.getCause());
  }

  @Test
  void oneDamagedCopyDoesNoHarmAndTwoAreAnError() throws IOException {
    for (int offset = 0; offset < 100; offset++) {
      Random random = new Random(offset);
      CrashDisk disk = new CrashDisk(random);
      Vote vote = randomVote(random);
      try (TermFile terms = TermFile.create(disk, DIRECTORY, told(new ArrayList<>()))) {
        terms.save(vote.term(), vote.candidate());
      }
      Path file = DIRECTORY.resolve(TermFile.NAME);
      disk.flip(file, offset, 4);
      try (TermFile terms = TermFile.open(disk, DIRECTORY, told(new ArrayList<>()))) {
        assertEquals(vote, Vote.in(terms));
      }
      disk.flip(file, COPIES_APART + offset, 4);
      try (TermFile terms = TermFile.open(disk, DIRECTORY, told(new ArrayList<>()))) {
        assertEquals(vote, Vote.in(terms));
      }
      disk.flip(file, offset, 4);
      disk.flip(file, COPIES_APART + offset, 4);
      StoreDamagedException e =
          assertThrows(
              StoreDamagedException.class,
              () -> TermFile.open(disk, DIRECTORY, told(new ArrayList<>())));
      assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
    }
  }

  @Test
  void aFailedFsyncIsFinal() throws IOException {
    CrashDisk disk = new CrashDisk(new Random(1));
    List<Throwable> told = new ArrayList<>();
    TermFile terms = TermFile.create(disk, DIRECTORY, told(told));
    terms.save(3, null);
    disk.failForce(1);
    assertThrows(UncheckedIOException.class, () -> terms.save(4, null));
    assertEquals(3, terms.term());
    assertThrows(UncheckedIOException.class, () -> terms.save(4, null));
    assertEquals(1, told.size());
  }
}
