package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node keeps of itself survives, and a directory that is not its own is refused. */
class DataDirectoryTest {

  @TempDir Path temp;

  private static ClusterRecord record(long incarnation) {
    List<SetupRequest.Named> nodes = TestNetwork.request(1, 2).nodes();
    Membership members = Setup.membership(nodes, List.of(incarnation, -2L));
    return new ClusterRecord(
        "c", new NodeId("1", incarnation), members, members.without("2"), false, true);
  }

  private static String refused(Path directory) {
    DataDirectory.Unusable refusal =
        assertThrows(DataDirectory.Unusable.class, () -> DataDirectory.open(directory, "raft"));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains(directory.toString()), refusal::toString);
    return String.valueOf(refusal.getMessage());
  }

  @Test
  void a_new_directory_is_made_and_keeps_its_incarnation_and_record() throws Exception {
    Path directory = temp.resolve("a/b");
    long incarnation;
    try (DataDirectory first = DataDirectory.open(directory, "raft")) {
      assertNull(first.load());
      assertTrue(Files.isDirectory(first.raftDirectory()));
      incarnation = first.incarnation();
      first.save(record(incarnation));
    }
    try (DataDirectory again = DataDirectory.open(directory, "raft")) {
      assertEquals(incarnation, again.incarnation());
      assertEquals(record(incarnation), again.load());
    }
    try (DataDirectory other = DataDirectory.open(temp.resolve("c"), "raft")) {
      assertNotEquals(incarnation, other.incarnation());
    }
  }

  @Test
  void only_one_process_has_it() throws Exception {
    Path directory = temp.resolve("d");
    try (DataDirectory first = DataDirectory.open(directory, "raft")) {
      assertTrue(refused(directory).contains("held"));
      first.save(record(first.incarnation()));
    }
    DataDirectory.open(directory, "raft").close();
  }

  @Test
  void it_belongs_to_the_engine_that_began_it() throws Exception {
    Path directory = temp.resolve("owned");
    DataDirectory.open(directory, "raft").close();
    try (DataDirectory begun = DataDirectory.open(directory, "jgroups-raft")) {
      begun.markEngine();
      begun.markEngine();
    }
    DataDirectory.open(directory, "jgroups-raft").close();
    String refusal = refused(directory);
    assertTrue(refusal.contains("-engine jgroups-raft"), refusal);
  }

  @Test
  void without_a_mark_a_members_directory_is_the_default_engines() throws Exception {
    Path directory = temp.resolve("unmarked");
    try (DataDirectory member = DataDirectory.open(directory, "raft")) {
      member.save(record(member.incarnation()));
    }
    DataDirectory.open(directory, "raft").close();
    DataDirectory.Unusable refusal =
        assertThrows(
            DataDirectory.Unusable.class, () -> DataDirectory.open(directory, "jgroups-raft"));
    assertTrue(String.valueOf(refusal.getMessage()).contains("-engine raft"), refusal::toString);
  }

  @Test
  void a_newer_format_is_refused_and_left_alone() throws Exception {
    Path directory = temp.resolve("d");
    DataDirectory.open(directory, "raft").close();
    Files.writeString(directory.resolve("format"), "5\n");
    assertTrue(refused(directory).contains("newer"));
    assertEquals("5\n", Files.readString(directory.resolve("format")));
  }

  @Test
  void a_file_in_its_place_is_refused() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    refused(file);
    refused(file.resolve("below"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"format", "incarnation", "cluster.json"})
  void damage_is_an_error_that_names_the_file(String name) throws Exception {
    Path directory = temp.resolve("d");
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      opened.save(record(opened.incarnation()));
    }
    for (String content : List.of("", "x", "{\"clusterId\":3}")) {
      Files.writeString(directory.resolve(name), content);
      assertTrue(refused(directory).contains(directory.resolve(name) + " is damaged"));
    }
  }

  @Test
  void a_record_without_its_incarnation_is_nobodys() throws Exception {
    Path directory = temp.resolve("d");
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      opened.save(record(opened.incarnation()));
    }
    Files.delete(directory.resolve("incarnation"));
    refused(directory);
    Files.writeString(directory.resolve("incarnation"), "0123456789abcdef\n");
    refused(directory);
  }

  @Test
  void a_crash_while_writing_leaves_the_old_record() throws Exception {
    Path directory = temp.resolve("d");
    long incarnation;
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      incarnation = opened.incarnation();
      opened.save(record(incarnation));
    }
    Files.writeString(directory.resolve("cluster.json.tmp"), "{\"clu");
    try (DataDirectory again = DataDirectory.open(directory, "raft")) {
      assertEquals(record(incarnation), again.load());
    }
  }
}
