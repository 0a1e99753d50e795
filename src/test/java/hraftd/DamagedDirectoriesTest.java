package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.StoredDirectory;
import hraftd.raft.Member;
import hraftd.raft.Membership;
import hraftd.raft.node.MemberFiles;
import hraftd.testing.DamagedFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What both commands make of files that the disk has spoiled: all that is whole, and no more. */
class DamagedDirectoriesTest extends CommandsOnDirectories {

  /** In {@link #directory}: enough for some segments, behind a snapshot of the first ones. */
  private static final int LAST = 300;

  private static final int SNAPSHOT = 5;
  private static final int HEADER_BYTES = 64;
  private static final int FIRST_INDEX_OFFSET = 24;

  private Path directory;
  private Path raft;

  @BeforeEach
  void aMember() throws Exception {
    directory = member("a", "c1", files -> files.puts(SNAPSHOT).snapshot().puts(LAST - SNAPSHOT));
    raft = directory.resolve("raft");
    assertEquals(0, inspect(directory), this::said);
    assertTrue(segments().size() >= 3, () -> "segments: " + raft);
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(raft)) {
      return files
          .filter(f -> String.valueOf(f.getFileName()).matches("log-[0-9a-f]{16}"))
          .sorted()
          .toList();
    }
  }

  private static void spoil(Path path, long... offsets) throws IOException {
    for (long offset : offsets) {
      DamagedFile.flip(path, offset);
    }
  }

  private static long firstIndex(Path segment) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
      file.seek(FIRST_INDEX_OFFSET);
      return file.readLong();
    }
  }

  private Path snapshot() throws IOException {
    try (Stream<Path> files = Files.list(raft)) {
      return files
          .filter(f -> String.valueOf(f.getFileName()).startsWith("snapshot-"))
          .findAny()
          .orElseThrow();
    }
  }

  /** It is said by both commands, and after the word everything up to this entry is there. */
  private void goesOnWith(long last, String... said) throws Exception {
    assertEquals(1, inspect(directory));
    assertSaid(said);
    assertSaid("DAMAGED: ", "hraftd recover goes on with what is whole");
    assertEquals("recover: not confirmed; nothing was changed", refused(directory, "yes\n"));
    assertSaid(said);
    assertEquals(List.of("a"), names());
    recover(directory, "lose\n");
    assertSaid(said);
    assertSaid("taken: everything to entry " + last + " of term 1: revision " + last + ", ");
    assertEquals(0, inspect(directory), this::said);
    assertSaid("last index     " + last + ", ");
    assertEquals(1, inspect(temp.resolve(names().get(1))), "the old files are as they were");
  }

  @Test
  void entries_behind_the_snapshot_are_taken_up_to_the_damage() throws Exception {
    Path segment = segments().get(segments().size() - 2);
    long lost = firstIndex(segment);
    spoil(segment, HEADER_BYTES + 10);
    goesOnWith(
        lost - 1,
        "DAMAGED: " + segment + " is damaged at offset 64: entry " + lost + " was durable",
        "whole: the snapshot, which has everything to entry 5 (5 keys), and the entries from 6 to "
            + (lost - 1)
            + "\n",
        "lost: the entries from " + lost + " to " + LAST + "\n");
  }

  @Test
  void the_floor_tells_how_far_a_log_went_whose_newest_file_is_gone() throws Exception {
    Path segment = segments().get(segments().size() - 1);
    long lost = firstIndex(segment);
    Files.delete(segment);
    goesOnWith(
        lost - 1,
        "DAMAGED: " + segment + " is damaged at offset 0: the segment is missing",
        "lost: the entries from " + lost + " to " + LAST + "\n");
  }

  @Test
  void with_the_log_gone_the_snapshot_is_taken() throws Exception {
    for (Path segment : segments()) {
      Files.delete(segment);
    }
    Files.delete(raft.resolve("floor"));
    goesOnWith(
        SNAPSHOT,
        "the log's files, with all its entries, are missing",
        "(5 keys), and no entry behind it\n",
        "lost: all entries from 6 on; how many there were is not known\n");
  }

  @Test
  void with_the_snapshot_and_the_entries_in_it_damaged_nothing_is_whole() throws Exception {
    spoil(snapshot(), Files.size(snapshot()) - 1);
    assertEquals(0, inspect(directory), this::said);
    assertSaid("the log still has it all");
    spoil(segments().get(0), HEADER_BYTES + 10);
    assertEquals(1, inspect(directory));
    assertSaid(
        "DAMAGED: " + snapshot(),
        "whole: nothing\n",
        "lost: the entries from 1 to 300\n",
        "a backup is the only way back\n");
    assertTrue(refused(directory, "lose\n").contains(" is damaged at offset "));
    assertEquals(List.of("a"), names());
  }

  @Test
  void without_a_floor_all_entries_are_whole_and_nobody_knows_what_came_behind() throws Exception {
    spoil(raft.resolve("floor"), 16, 4096 + 16);
    goesOnWith(
        LAST,
        "DAMAGED: " + raft.resolve("floor"),
        "lost: all entries from 301 on; how many there were is not known\n");
  }

  @Test
  void term_and_vote_of_the_old_cluster_are_not_needed() throws Exception {
    spoil(raft.resolve("term"), 16, 4096 + 16);
    goesOnWith(LAST, "DAMAGED: " + raft.resolve("term"), "lost: no entry\n");
  }

  @Test
  void what_the_leader_knew_to_be_missing_is_said() throws Exception {
    Files.writeString(
        raft.resolve("lost-entries"), "leader b has this node's word for entry 999\n");
    goesOnWith(
        LAST,
        "it lacks entries that this node had acknowledged, as its leader said (file lost-entries)",
        "leader b has this node's word for entry 999\n",
        "lost: all entries from 301 on; how many there were is not known\n");
  }

  @Test
  void a_member_alone_has_something_to_recover_when_it_is_damaged() throws Exception {
    Member self =
        Objects.requireNonNull(StoredDirectory.read(directory).record()).newest().members().get(0);
    try (MemberFiles files = new MemberFiles(raft)) {
      files.members(new Membership(List.of(self))).put("last");
    }
    recover(directory, "");
    assertSaid("nothing to do: member a is the only voter");
    spoil(raft.resolve("floor"), 16, 4096 + 16);
    recover(directory, "lose\n");
    assertSaid("taken: everything to entry 302 of term 1");
    assertFalse(said().contains("missing: what the lost members"), this::said);
    assertEquals(0, inspect(directory), this::said);
  }
}
