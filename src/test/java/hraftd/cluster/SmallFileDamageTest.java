package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.Membership;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a small file: the node reads what was written, or does not start. */
class SmallFileDamageTest {

  @TempDir Path temp;

  private Path directory;
  private ClusterRecord record;

  @BeforeEach
  void aMember() throws Exception {
    directory = temp.resolve("d");
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      List<SetupRequest.Named> nodes = TestNetwork.request(1, 2, 3).nodes();
      Membership members = Setup.membership(nodes, List.of(opened.incarnation(), -2L, 3L));
      record =
          new ClusterRecord(
              "5aad9232", new NodeId("1", opened.incarnation()), members, members, false, true);
      opened.markEngine();
      opened.save(record);
    }
  }

  /** What is read with this content in the place of the file; null if the node does not start. */
  private @Nullable String with(Path file, byte[] content) throws IOException {
    Files.write(file, content);
    try {
      StoredDirectory read = StoredDirectory.read(directory);
      return read.engine() + " " + read.record();
    } catch (DataDirectory.Unusable e) {
      assertTrue(String.valueOf(e.getMessage()).contains(directory.toString()), e::toString);
      return null;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"format", "incarnation", "engine", "cluster.json"})
  void no_flipped_bit_and_no_cut_is_taken_for_what_was_written(String name) throws Exception {
    Path file = directory.resolve(name);
    byte[] written = Files.readAllBytes(file);
    String whole = "raft " + record;
    assertEquals(whole, with(file, written));
    int refused = 0;
    for (int bit = 0; bit < 8 * written.length; bit++) {
      byte[] flipped = written.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      String read = with(file, flipped);
      assertTrue(read == null || read.equals(whole), "bit " + bit + ": " + read);
      refused += read == null ? 1 : 0;
    }
    assertTrue(refused > 7 * written.length, refused + " of " + 8 * written.length);
    for (int length = 0; length < written.length; length++) {
      String read = with(file, Arrays.copyOf(written, length));
      assertTrue(read == null || read.equals(whole), "cut to " + length + ": " + read);
    }
    assertEquals(null, with(file, new byte[written.length]), "zeroed");
  }

  @Test
  void damage_is_refused_with_what_to_do_and_nothing_is_changed() throws Exception {
    Path file = directory.resolve("cluster.json");
    String other = Files.readString(file).replace("5aad9232", "5aad9233");
    Files.writeString(file, other);
    DataDirectory.Damaged damaged =
        assertThrows(
            DataDirectory.Damaged.class, () -> DataDirectory.open(directory, "raft").close());
    String said = String.valueOf(damaged.getMessage());
    assertTrue(said.startsWith(file + " is damaged: its checksum"), said);
    assertTrue(said.contains("let it join anew"), said);
    assertTrue(said.contains("hraftd recover"), said);
    assertEquals(other, Files.readString(file));
  }

  @Test
  void files_of_the_first_version_have_no_checksum_and_are_read() throws Exception {
    Files.writeString(directory.resolve("format"), "1\n");
    Files.writeString(directory.resolve("engine"), "raft\n");
    Files.writeString(
        directory.resolve("incarnation"), ClusterJson.hex(record.self().incarnation()) + "\n");
    byte[] old = ClusterJson.bytes(record);
    assertEquals("raft " + record, with(directory.resolve("cluster.json"), old));
    try (DataDirectory opened = DataDirectory.open(directory, "raft")) {
      assertEquals(record, opened.load());
      opened.save(record);
    }
    byte[] saved = Files.readAllBytes(directory.resolve("cluster.json"));
    assertTrue(new String(saved, StandardCharsets.UTF_8).contains("checksum"));
    assertEquals("4\n", Files.readString(directory.resolve("format")));
  }

  @Test
  void a_lost_checksum_is_no_file_of_the_first_version() throws Exception {
    Path file = directory.resolve("cluster.json");
    String misnamed = Files.readString(file).replace("\"checksum\"", "\"checksun\"");
    assertEquals(null, with(file, misnamed.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void a_record_that_is_far_too_long_is_not_read() throws Exception {
    Path file = directory.resolve("cluster.json");
    String longer = " ".repeat(RecordFile.MAX_BYTES) + Files.readString(file);
    Files.writeString(file, longer);
    String said =
        String.valueOf(
            assertThrows(
                    DataDirectory.Damaged.class,
                    () -> DataDirectory.open(directory, "raft").close())
                .getMessage());
    assertTrue(said.contains("longer than what was written"), said);
  }

  /** No version wrote it: it is a 2 of which a bit was lost. */
  @Test
  void a_format_between_two_is_damage() throws Exception {
    assertEquals(null, with(directory.resolve("format"), new byte[] {'3', '\n'}));
    assertEquals("raft " + record, with(directory.resolve("format"), new byte[] {'2', '\n'}));
  }

  @Test
  void a_format_is_written_into_an_empty_directory_only() throws Exception {
    Path format = directory.resolve("format");
    Files.delete(format);
    assertThrows(DataDirectory.Damaged.class, () -> DataDirectory.open(directory, "raft").close());
    assertTrue(Files.notExists(format));

    Path onlyLog = temp.resolve("only-log");
    Files.createDirectories(onlyLog.resolve("raft"));
    Files.writeString(onlyLog.resolve("raft").resolve("term"), "");
    assertThrows(DataDirectory.Damaged.class, () -> DataDirectory.open(onlyLog, "raft").close());

    Path newDisks = temp.resolve("new-disks");
    Files.createDirectories(newDisks.resolve("lost+found"));
    Files.createDirectories(newDisks.resolve("raft").resolve("lost+found"));
    DataDirectory.open(newDisks, "raft").close();
  }

  @Test
  void a_newer_format_is_called_newer() throws Exception {
    Path format = directory.resolve("format");
    byte[] newer = {'7', '\n'};
    Files.write(format, newer);
    DataDirectory.Unusable refusal =
        assertThrows(
            DataDirectory.Unusable.class, () -> DataDirectory.open(directory, "raft").close());
    assertTrue(String.valueOf(refusal.getMessage()).contains("format 7 by a newer"));
    assertTrue(!(refusal instanceof DataDirectory.Damaged));
    assertArrayEquals(newer, Files.readAllBytes(format));
  }

  @Test
  void what_rots_under_a_running_node_is_written_anew() throws Exception {
    try (DataDirectory running = DataDirectory.open(directory, "raft")) {
      assertEquals(List.of(), running.scrub());
      for (String name : List.of("format", "incarnation", "engine", "cluster.json")) {
        Path file = directory.resolve(name);
        byte[] written = Files.readAllBytes(file);
        byte[] flipped = written.clone();
        flipped[0] ^= 2;
        Files.write(file, flipped);
        List<String> found = running.scrub();
        assertEquals(1, found.size());
        assertTrue(found.get(0).startsWith(file + " is damaged: "), found::toString);
        assertArrayEquals(written, Files.readAllBytes(file));
      }
      Files.delete(directory.resolve("cluster.json"));
      assertEquals(1, running.scrub().size());
      assertEquals(List.of(), running.scrub());
    }
    assertEquals(record, StoredDirectory.read(directory).record());
  }
}
