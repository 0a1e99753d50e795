package hraftd.raft.node;

import static hraftd.raft.log.RaftLogTest.entries;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import hraftd.raft.core.SnapshotStore;
import hraftd.raft.disk.StoreDamagedException;
import hraftd.raft.log.LogOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stores of one directory together. */
class StoresTest {
  private static final LogOptions SMALL = new LogOptions(4096, 512, 500, 0, 2);

  @TempDir Path directory;

  private Stores open() throws IOException {
    return Stores.open(
        directory.resolve("raft"),
        SMALL,
        () -> {},
        failure -> {
          throw new AssertionError(failure);
        });
  }

  private void damaged(String expected) {
    StoreDamagedException e = assertThrows(StoreDamagedException.class, this::open);
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
  }

  private static void snapshot(Stores stores, long index, long term) throws IOException {
    stores.snapshots().write(index, term, 0, Membership.EMPTY, out -> out.write(1));
  }

  private List<Path> files(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("raft"))) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(prefix))
          .sorted()
          .toList();
    }
  }

  @Test
  void aNewDirectoryIsEmptyAndThenKeepsEverything() throws IOException {
    NodeId vote = new NodeId("a", 1);
    try (Stores stores = open()) {
      assertEquals(0, stores.raftLog().lastIndex());
      assertEquals(0, stores.terms().term());
      stores.raftLog().append(entries(1, 100, 1));
      stores.terms().save(3, vote);
      snapshot(stores, 60, 1);
      stores.raftLog().compact(60);
    }
    try (Stores stores = open()) {
      assertEquals(100, stores.raftLog().lastIndex());
      assertTrue(stores.raftLog().firstIndex() > 1);
      assertEquals(vote, stores.terms().votedFor());
      SnapshotStore.Meta latest = stores.snapshots().latest();
      assertEquals(60, latest == null ? 0 : latest.index());
    }
  }

  @Test
  void aTermFileThatIsOlderThanTheLogIsDamage() throws IOException {
    try (Stores stores = open()) {
      stores.terms().save(2, null);
      stores.raftLog().append(entries(1, 3, 3));
    }
    damaged("it knows term 2, but the log has entries of term 3");
  }

  @Test
  void aSecondOneInTheSameDirectoryIsRefused() throws IOException {
    try (Stores stores = open()) {
      assertEquals(0, stores.raftLog().lastIndex());
      IOException e = assertThrows(IOException.class, this::open);
      assertTrue(String.valueOf(e.getMessage()).endsWith("is in use by another process"));
    }
    open().close();
  }

  @Test
  void aSnapshotThatWasReceivedJustBeforeACrashVoidsTheLog() throws IOException {
    try (Stores stores = open()) {
      stores.terms().save(1, null);
      stores.raftLog().append(entries(1, 100, 1));
      snapshot(stores, 500, 2);
    }
    try (Stores stores = open()) {
      assertEquals(501, stores.raftLog().firstIndex());
      assertEquals(500, stores.raftLog().lastIndex());
      assertEquals(2, stores.raftLog().term(500));
    }
  }

  @Test
  void aSnapshotOfAnotherTermThanTheLogsEntryVoidsTheLog() throws IOException {
    try (Stores stores = open()) {
      stores.terms().save(1, null);
      stores.raftLog().append(entries(1, 100, 1));
      snapshot(stores, 50, 2);
    }
    try (Stores stores = open()) {
      assertEquals(50, stores.raftLog().lastIndex());
      assertEquals(2, stores.raftLog().term(50));
    }
  }

  @Test
  void missingFilesAreDamage() throws IOException {
    try (Stores stores = open()) {
      stores.terms().save(1, null);
      stores.raftLog().append(entries(1, 100, 1));
      snapshot(stores, 60, 1);
      stores.raftLog().compact(60);
    }
    Path term = directory.resolve("raft/term");
    byte[] bytes = Files.readAllBytes(term);
    Files.delete(term);
    damaged(term.toString());
    Files.write(term, bytes);
    open().close();

    Files.delete(files("snapshot-").get(0));
    damaged("what is between is missing");
    for (Path segment : files("log-")) {
      Files.delete(segment);
    }
    damaged("the log's files, with all its entries, are missing");
  }

  @Test
  void aDamagedSnapshotIsPassedOverWhileTheLogHasEverything() throws IOException {
    try (Stores stores = open()) {
      stores.terms().save(1, null);
      stores.raftLog().append(entries(1, 100, 1));
      snapshot(stores, 60, 1);
    }
    Path snapshot = files("snapshot-").get(0);
    Files.write(snapshot, new byte[100]);
    try (Stores stores = open()) {
      assertNull(stores.snapshots().latest());
      assertEquals(1, stores.raftLog().firstIndex());
      snapshot(stores, 60, 1);
      stores.raftLog().compact(60);
    }
    Files.write(snapshot, new byte[100]);
    damaged(snapshot.toString());
  }

  @Test
  void storesAreBegunOnceAndThenTheyMustBeThere() throws IOException {
    Path raft = directory.resolve("raft");
    IOException gone = assertThrows(IOException.class, () -> new RaftEngine().require(raft));
    assertTrue(String.valueOf(gone.getMessage()).contains("must not vote"), gone.getMessage());
    new RaftEngine().begin(raft);
    new RaftEngine().require(raft);
    new RaftEngine().begin(raft);
    try (Stores stores = open()) {
      stores.terms().save(1, null);
    }
    new RaftEngine().require(raft);
    IOException used = assertThrows(IOException.class, () -> new RaftEngine().begin(raft));
    assertTrue(String.valueOf(used.getMessage()).contains("of a member"), used.getMessage());
  }

  @Test
  void inMemoryNothingIsKept() {
    try (Stores stores = Stores.inMemory(() -> {})) {
      stores.raftLog().append(entries(1, 3, 1));
      stores.terms().save(2, new NodeId("a", 1));
      assertEquals(3, stores.raftLog().syncedIndex());
      assertEquals(2, stores.terms().term());
      assertNull(stores.snapshots().latest());
    }
  }
}
