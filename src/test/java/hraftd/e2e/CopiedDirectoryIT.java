package hraftd.e2e;

import static hraftd.testing.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a member's data directory is started beside the original, as a cloned machine does. */
class CopiedDirectoryIT {

  @TempDir Path directory;

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static String line(Daemon original, Daemon copy) {
    return "two processes are member node2, the older one at "
        + original.raddr()
        + ", the newer one, which is refused, at "
        + copy.raddr();
  }

  @Test
  void theCopyEndsAndTheClusterGoesOn() throws IOException {
    try (TestCluster cluster = TestCluster.ready(directory, 3);
        Daemon copy = new Daemon("node2", directory.resolve("copy"))) {
      cluster.node(1).put("/key/a", "1").expect(200);
      Daemon original = cluster.node(2);
      original.stop();
      copy(original.directory(), copy.directory());
      original.start().awaitReady();
      Daemon leader = cluster.leader();

      copy.start();
      eventually(
          "the leader says so",
          () -> leader.status().path("warnings").toString().contains(line(original, copy)));
      assertEquals(2, copy.exitCode(), copy::errors);
      List<String> last =
          copy.errors().lines().filter(line -> line.contains("this node stops: ")).toList();
      assertEquals(1, last.size(), copy::errors);
      assertTrue(last.get(0).contains(line(original, copy)), last.get(0));
      assertTrue(leader.errors().contains(line(original, copy)), leader::errors);

      List<String> told = toldAtTheEnd(copy);
      List<String> moments = told.stream().filter(line -> line.contains("\"moment\"")).toList();
      String newest = moments.get(moments.size() - 1);
      assertTrue(newest.contains("\"kind\":\"fault\""), newest);
      String end = told.get(told.size() - 1);
      assertTrue(end.startsWith("{\"event\":\"end\"") && end.contains(line(original, copy)), end);

      original.awaitReady();
      original.put("/key/b", "2").expect(200);
      assertEquals("2", original.get("/key/b?raw").expect(200).body());
    }
  }

  /** The lines of the one file of events that a node left. */
  private static List<String> toldAtTheEnd(Daemon node) throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(node.directory(), "events-*.ndjson")) {
      return Files.readAllLines(files.iterator().next());
    }
  }
}
