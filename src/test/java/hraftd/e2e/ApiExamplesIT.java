package hraftd.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The API works as docs/api.md shows it: its examples are run on new nodes, from set-up to stop.
 */
class ApiExamplesIT {

  @TempDir static Path directory;

  private static TestCluster nodes;

  /** Three that it sets up, and one that it adds. */
  @BeforeAll
  static void start() throws IOException {
    nodes = TestCluster.waiting(directory, 4, ExampleRun.LAGGING);
    for (Daemon node : nodes.nodes()) {
      // The first answer of a Java that has just started takes long on a busy machine.
      node.get("/livez").expect(200);
    }
  }

  @AfterAll
  static void end() {
    nodes.close();
  }

  @TestFactory
  Stream<DynamicTest> examples() throws IOException {
    return new ExampleRun(Path.of("docs", "api.md"), nodes, directory.resolve("here")).tests();
  }
}
