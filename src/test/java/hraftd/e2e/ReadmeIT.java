package hraftd.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The examples in README.md work as they stand there, after scripts/quickstart. */
class ReadmeIT {

  @TempDir static Path directory;

  private static TestCluster nodes;

  @BeforeAll
  static void quickstart() throws IOException {
    nodes = TestCluster.ready(directory, 3, ExampleRun.LAGGING);
    // What scripts/quickstart writes, which the revisions of the examples count.
    nodes.node(2).post("/key", "{\"myKey\":\"myValue\"}").expect(200);
  }

  @AfterAll
  static void end() {
    nodes.close();
  }

  @TestFactory
  Stream<DynamicTest> examples() throws IOException {
    return new ExampleRun(Path.of("README.md"), nodes, directory.resolve("here")).tests();
  }
}
