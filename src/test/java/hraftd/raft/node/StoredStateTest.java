package hraftd.raft.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.kv.Key;
import hraftd.raft.log.TermFile;
import hraftd.testing.DamagedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a member's files hold is read as a start would read it, and nothing is changed. */
class StoredStateTest {

  @TempDir Path directory;

  private Path raft() {
    return directory.resolve("raft");
  }

  /** Reads it; every file must be as it was before. */
  private StoredState read() throws IOException {
    Map<String, String> before = contents();
    StoredState state = StoredStateReader.read(raft(), MemberFiles.THREE);
    assertEquals(before, contents());
    return state;
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(raft())) {
      for (Path file : files.toList()) {
        contents.put(file.toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private Path file(String prefix) throws IOException {
    try (Stream<Path> files = Files.list(raft())) {
      return files
          .filter(f -> String.valueOf(f.getFileName()).startsWith(prefix))
          .min(Path::compareTo)
          .orElseThrow();
    }
  }

  private static String onlyDamage(StoredState state) {
    assertEquals(1, state.damage().size(), () -> state.damage().toString());
    return state.damage().get(0).place();
  }

  @Test
  void allEntriesCountWhetherCommittedOrNot() throws IOException {
    try (MemberFiles files = new MemberFiles(raft())) {
      files.puts(50).snapshot().inTerm(4).puts(30).put("last");
    }
    StoredState state = read();
    assertEquals(List.of(), state.damage());
    assertEquals(new LogEnd(81, 4, 0), state.end());
    assertEquals(50, state.committedIndex());
    assertEquals(31, state.uncertainEntries());
    assertEquals(51, state.state().view().size());
    assertEquals(81, state.state().view().revision());
    assertEquals(50, state.snapshotKeys());
    TermFile.Stored term = state.term();
    assertNotNull(term);
    assertEquals(4, term.term());
    assertEquals(31, state.uncertain().changes());
    List<Key> newest = state.uncertain().newest();
    assertEquals(ChangedKeys.MAX_KEYS, newest.size());
    assertEquals(Key.of("last"), newest.get(newest.size() - 1));
    assertEquals("", state.tornTail());
  }

  @Test
  void theNewestConfigurationInTheLogIsInForce() throws IOException {
    try (MemberFiles files = new MemberFiles(raft())) {
      files.put("a");
    }
    assertEquals(MemberFiles.THREE, read().membership());
    try (MemberFiles files = new MemberFiles(raft())) {
      files.members(MemberFiles.THREE.without("b")).put("b");
    }
    assertEquals(MemberFiles.THREE.without("b"), read().membership());
  }

  @Test
  void aTornTailIsNoDamageAndStaysWhereItIs() throws IOException {
    Path segment;
    byte[] running;
    byte[] floor;
    try (MemberFiles files = new MemberFiles(raft())) {
      files.put("a").put("b");
      segment = file("log-");
      running = Files.readAllBytes(segment);
      floor = Files.readAllBytes(file("floor"));
    }
    // As a crash leaves them: not all of the last write is there, and nobody has closed the log.
    Files.write(file("floor"), floor);
    Files.write(segment, running);
    DamagedFile.flip(segment, new String(running, ISO_8859_1).indexOf("\u0001b\u0001b"));
    StoredState state = read();
    assertEquals(List.of(), state.damage());
    assertEquals(1, state.end().index());
    assertTrue(state.tornTail().startsWith(segment + ": "), state.tornTail());
    assertTrue(state.tornTail().contains("ends with entry 1"), state.tornTail());
  }

  @Test
  void aFlippedBitInTheLogIsDamageAtItsOffset() throws IOException {
    try (MemberFiles files = new MemberFiles(raft())) {
      files.puts(60);
    }
    Path segment = file("log-");
    DamagedFile.flip(segment, 64 + 40);
    String damage = onlyDamage(read());
    assertTrue(damage.startsWith(segment + " is damaged at offset 64: "), damage);
  }

  @Test
  void aFlippedBitInTheSnapshotIsDamageWhereTheLogDoesNotHaveItAll() throws IOException {
    try (MemberFiles files = new MemberFiles(raft())) {
      files.puts(200).snapshot();
    }
    Path snapshot = file("snapshot-");
    DamagedFile.flip(snapshot, Files.size(snapshot) - 10);
    List<String> damage =
        read().damage().stream().map(d -> String.valueOf(d.getMessage())).toList();
    assertEquals(2, damage.size(), damage::toString);
    assertTrue(damage.get(0).startsWith(snapshot + " is damaged at offset "), damage::toString);
    assertTrue(damage.get(1).contains("what is between is missing"), damage::toString);
  }

  @Test
  void aDamagedSnapshotThatNobodyNeedsIsARemark() throws IOException {
    try (MemberFiles files = new MemberFiles(raft())) {
      files.puts(3).snapshot();
    }
    Path snapshot = file("snapshot-");
    DamagedFile.flip(snapshot, Files.size(snapshot) - 10);
    StoredState state = read();
    assertEquals(List.of(), state.damage());
    assertTrue(state.remarks().get(0).contains(snapshot.toString()), state.remarks()::toString);
    assertEquals(3, state.state().view().size());
  }

  @Test
  void oneCopyOfTheTermIsEnoughAndNoneIsDamage() throws IOException {
    try (MemberFiles files = new MemberFiles(raft())) {
      files.inTerm(7).put("a");
    }
    DamagedFile.flip(raft().resolve("term"), 20);
    StoredState half = read();
    assertEquals(List.of(), half.damage());
    assertEquals(1, half.remarks().size());
    TermFile.Stored term = half.term();
    assertNotNull(term);
    assertEquals(7, term.term());
    DamagedFile.flip(raft().resolve("term"), 4096 + 20);
    StoredState none = read();
    assertNull(none.term());
    assertTrue(onlyDamage(none).contains("neither copy"), onlyDamage(none));
  }
}
