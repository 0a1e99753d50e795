package hraftd.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import hraftd.raft.HostPort;
import hraftd.raft.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that is empty for the second time is not the same as a new one. */
class FoundingMarkTest {

  private static final HostPort ADDRESS = HostPort.parse("127.0.0.1:1");

  @TempDir Path temp;

  private void founded(Path directory) throws Exception {
    try (DataDirectory opened = DataDirectory.open(directory, "raft", /* founds= */ true)) {
      opened.markFounding(); // Not a member yet: nothing to keep.
      opened.save(ClusterRecord.alone(new NodeId("a", opened.incarnation()), ADDRESS, ADDRESS));
      opened.markFounding();
    }
  }

  private static void emptied(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(directory)) {
          Files.delete(path);
        }
      }
    }
  }

  @Test
  void an_emptied_directory_founds_no_second_cluster() throws Exception {
    Path directory = temp.resolve("data");
    founded(directory);
    DataDirectory.open(directory, "raft", /* founds= */ true).close();
    emptied(directory);
    DataDirectory.Unusable refusal =
        assertThrows(
            DataDirectory.Unusable.class,
            () -> DataDirectory.open(directory, "raft", /* founds= */ true).close());
    Path mark = temp.resolve("data.bootstrapped");
    assertTrue(String.valueOf(refusal.getMessage()).contains(mark.toString()), refusal::toString);
    assertTrue(Files.readString(mark).contains("member a of cluster"));
    DataDirectory.open(directory, "raft").close(); // To join, or to wait for a setup.

    Files.delete(mark);
    founded(directory);
    assertTrue(Files.exists(mark));
  }

  @Test
  void a_directory_that_is_gone_is_no_new_one_either() throws Exception {
    Path directory = temp.resolve("data");
    founded(directory);
    emptied(directory);
    Files.delete(directory);
    assertThrows(
        DataDirectory.Unusable.class,
        () -> DataDirectory.open(directory, "raft", /* founds= */ true).close());
  }

  @Test
  void what_the_working_directory_is_called_is_found_out() {
    String mark = String.valueOf(new FoundingMark(Path.of("")).path());
    assertTrue(mark.startsWith("/") && mark.endsWith(".bootstrapped"), mark);
    assertEquals(null, new FoundingMark(Path.of("/")).path());
  }

  @Test
  void each_new_directory_is_made_durable_in_the_one_above() throws IOException {
    List<Path> forced = new ArrayList<>();
    Path there = Files.createDirectories(temp.resolve("a"));
    DurableFile.createDirectories(there.resolve("b/c/d"), forced::add);
    assertTrue(Files.isDirectory(there.resolve("b/c/d")));
    assertEquals(List.of(there, there.resolve("b"), there.resolve("b/c")), forced);
    DurableFile.createDirectories(there.resolve("b/c/d"), forced::add);
    assertEquals(3, forced.size(), "nothing was made");
  }
}
