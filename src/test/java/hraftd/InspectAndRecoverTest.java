package hraftd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.cluster.ClusterRecord;
import hraftd.cluster.DataDirectory;
import hraftd.cluster.StoredDirectory;
import hraftd.kv.Command;
import hraftd.kv.Token;
import hraftd.testing.DamagedFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Both commands on directories that are made here, without a node. */
class InspectAndRecoverTest extends CommandsOnDirectories {

  @Test
  void inspect_says_what_a_member_holds_and_which_one_holds_most() throws Exception {
    Path less = member("a", "c1", files -> files.puts(5).snapshot().puts(3).put("z"));
    Path more = member("b", "c1", files -> files.puts(4).inTerm(3).put("x"));
    assertEquals(0, inspect(less));
    assertSaid(
        "id             a\n",
        "cluster        c1\n",
        "members        a (127.0.0.1:12), other (127.0.0.1:1)\n",
        "term           1\n",
        "vote           nobody\n",
        "snapshot       index 5, term 1, 5 keys, ",
        "last index     9, term 1\n",
        "commit index   at least 5\n",
        "keys           6\n",
        "revision       9\n",
        "last 4 entries, committed or not\n",
        "checksums      all good\n");
    assertEquals(0, inspect(less, more));
    assertSaid(more + " holds the most, to entry 5 of term 3.");
    assertEquals(0, inspect(more, more));
    assertSaid("All of them hold the same, to entry 5 of term 3.");
    assertEquals(0, inspect(less, member("c", "c2", files -> files.puts(9))));
    assertSaid("They are of different clusters");
  }

  @Test
  void inspect_ends_with_1_on_damage_and_names_file_and_offset() throws Exception {
    Path directory = member("a", "c1", files -> files.puts(60));
    Path segment = directory.resolve("raft/log-0000000000000001");
    DamagedFile.flip(segment, 64 + 40);
    assertEquals(1, inspect(directory));
    assertSaid("DAMAGED: " + segment + " is damaged at offset 64: ");
    assertTrue(refused(directory, "").contains(segment + " is damaged at offset 64"));
  }

  @Test
  void inspect_does_not_read_what_a_node_uses_and_knows_what_is_no_directory() throws Exception {
    Path directory = member("a", "c1", files -> files.put("x"));
    try (DataDirectory running = DataDirectory.open(directory, "raft")) {
      assertEquals(75, inspect(directory), () -> "held: " + running.raftDirectory());
      assertSaid("a node runs here");
    }
    assertEquals(2, inspect(temp));
    assertEquals(2, inspect(temp.resolve("nowhere")));
    Files.writeString(directory.resolve("cluster.json"), "{");
    assertEquals(1, inspect(directory));
    assertSaid("DAMAGED: " + directory.resolve("cluster.json"));
  }

  @Test
  void inspect_checks_a_backup() throws Exception {
    Path backup = temp.resolve("backup");
    Files.writeString(backup, "{\"format\":1,\"revision\":4,\"clusterId\":\"c1\",\"keys\":1}\n");
    assertEquals(1, inspect(backup));
    assertSaid("DAMAGED: the backup is cut short: it has no trailer");
    String whole = Files.readString(backup) + "{\"key\":\"a\",\"value\":\"1\"}\n";
    Files.writeString(backup, whole + trailer("\"count\":1", whole));
    assertEquals(0, inspect(backup));
    assertSaid("cluster c1", "revision       4", "keys           1");
    Files.writeString(backup, Files.readString(backup).replace("\"1\"}", "\"2\"}"));
    assertEquals(1, inspect(backup));
    assertSaid("SHA-256");
  }

  @Test
  void recover_takes_all_says_it_and_keeps_what_was_there() throws Exception {
    Path directory = member("a", "c1", files -> files.puts(5).snapshot().inTerm(2).put("z"));
    recover(directory, "");
    assertSaid(
        "member a of cluster c1 is now cluster ",
        "everything to entry 6 of term 2: revision 6, 6 keys",
        "not known to be committed, and taken: the last entry; keys changed: 1",
        "the newest of these keys: z",
        "left behind, and to be stopped if one still runs: other (127.0.0.1:1)",
        "old files: " + temp.resolve("a.before-recover-"));
    ClusterRecord record = StoredDirectory.read(directory).record();
    assertEquals(1, record == null ? 0 : record.newest().members().size());
    Path old = temp.resolve(names().get(1));
    assertEquals(0, inspect(old));
    assertSaid("cluster        c1\n", "last index     6, term 2\n");
    assertEquals(0, inspect(directory));
    assertSaid("keys           6\n", "revision       6\n", "members        a (127.0.0.1:12)\n");

    recover(directory, "");
    assertSaid("nothing to do: member a is the only voter");
    assertEquals(record, StoredDirectory.read(directory).record());
  }

  @Test
  void tokens_are_counted_and_kept_by_a_recover() throws Exception {
    Token token = new Token(Token.ANONYMOUS, null, List.of(), 0, 0, Token.Limits.NONE);
    Command put = new Command.PutToken(token, 0);
    Path directory = member("a", "c1", files -> files.command(put).snapshot().puts(1));
    assertEquals(0, inspect(directory));
    assertSaid("keys           1\n", "tokens         1\n");
    recover(directory, "");
    assertEquals(0, inspect(directory));
    assertSaid("members        a (127.0.0.1:12)\n", "tokens         1\n");

    Path backup = temp.resolve("backup");
    String lines =
        """
        {"format":2,"tokens":1}
        {"token":"anonymous","rules":[],"created":"2026-11-27T00:00:00Z"}
        """;
    Files.writeString(backup, lines + trailer("\"count\":0,\"tokens\":1", lines));
    assertEquals(0, inspect(backup));
    assertSaid("keys           0\n", "tokens         1\n", "SHA-256        good\n");
    Files.writeString(backup, lines + trailer("\"count\":0,\"tokens\":2", lines));
    assertEquals(1, inspect(backup));
    assertSaid("it has 1 tokens, its trailer says 2");
  }

  private static String trailer(String counts, String lines) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
    return "{" + counts + ",\"sha256\":\"" + HexFormat.of().formatHex(digest) + "\"}\n";
  }

  @Test
  void where_another_holds_more_it_asks_for_a_word() throws Exception {
    Path less = member("a", "c1", files -> files.puts(5));
    Path more = member("b", "c1", files -> files.puts(6));
    for (String typed : List.of("", "\n", "yes\n", "no, lose nothing\n")) {
      assertEquals(
          "recover: not confirmed; nothing was changed", refused(less, typed, more), typed);
      assertSaid(more + " holds more, to entry 6 of term 1", "Type 'lose' to go on:");
    }
    assertEquals(List.of("a", "b"), names());
    assertTrue(refused(less, "lose\n", less).contains("is the directory itself"));
    Path foreign = member("c", "c2", files -> files.puts(6));
    assertTrue(refused(less, "lose\n", foreign).contains("is of another cluster"));
    assertTrue(refused(less, "", temp.resolve("nowhere")).contains("not confirmed"));
    recover(less, "lose\n", more);
    assertSaid("everything to entry 5 of term 1");
  }

  @Test
  void where_the_others_hold_no_more_it_asks_nothing() throws Exception {
    Path most = member("a", "c1", files -> files.inTerm(2).puts(5));
    Path less = member("b", "c1", files -> files.puts(6));
    recover(most, "", less);
    assertFalse(said().contains("Type"), this::said);
  }

  @Test
  void other_engines_and_strangers_are_refused() throws Exception {
    Path directory = member("a", "c1", files -> files.put("x"));
    Files.writeString(directory.resolve("engine"), "jgroups-raft\n");
    assertTrue(refused(directory, "").contains("belongs to -engine jgroups-raft"));
    assertEquals(2, inspect(directory));
    assertTrue(refused(temp, "").contains("is no data directory"));
    try (DataDirectory waiting = DataDirectory.open(temp.resolve("new"), "raft")) {
      assertEquals(null, waiting.load());
    }
    assertTrue(refused(temp.resolve("new"), "").contains("nothing to recover"));
  }

  @Test
  void a_member_whose_log_is_lost_has_nothing_to_go_on_with() throws Exception {
    Path directory = member("a", "c1", files -> files.put("x"));
    try (Stream<Path> files = Files.list(directory.resolve("raft"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertTrue(refused(directory, "").contains("with all its entries, are missing"));
    assertEquals(1, inspect(directory));
    Files.delete(directory.resolve("raft"));
    assertTrue(refused(directory, "").contains(directory.resolve("raft") + " is gone"));
    assertEquals(1, inspect(directory));
  }

  @Test
  void a_member_whose_record_is_lost_takes_the_name_of_the_command_line() throws Exception {
    Path directory = member("a", "c1", files -> files.puts(3));
    Files.delete(directory.resolve("cluster.json"));
    Files.delete(directory.resolve("engine")); // As an older version left it.
    assertEquals(0, inspect(directory));
    assertSaid("id             unknown: cluster.json is not there", "keys           3\n");
    recover(directory, "");
    assertSaid("member name is now cluster ", "revision 3, 3 keys");
    ClusterRecord record = StoredDirectory.read(directory).record();
    assertEquals("name", record == null ? "" : record.self().id());
  }
}
