package hraftd.e2e;

import hraftd.testing.Keyring;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The examples in README.md work as they stand there, after scripts/quickstart and after
 * scripts/quickstart --secure.
 */
class ReadmeIT {

  private static final Path DOCUMENT = Path.of("README.md");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> examples() throws IOException {
    TestCluster nodes = quickstart(TestCluster.ready(directory, 3, ExampleRun.LAGGING));
    return new ExampleRun(DOCUMENT, nodes, directory.resolve("here")).tests().onClose(nodes::close);
  }

  @TestFactory
  Stream<DynamicTest> examplesWhereTheNodesAskWhoIsThere() throws IOException {
    Keyring keys = Keyring.make(directory.resolve("keys"), List.of("node1", "node2", "node3"));
    TestCluster nodes = quickstart(TestCluster.ready(keys, directory, 3, ExampleRun.LAGGING));
    return new ExampleRun(DOCUMENT, nodes, directory.resolve("here"), keys)
        .tests()
        .onClose(nodes::close);
  }

  /** What scripts/quickstart writes, which the revisions of the examples count. */
  private static TestCluster quickstart(TestCluster nodes) throws IOException {
    nodes.node(2).post("/key", "{\"myKey\":\"myValue\"}").expect(200);
    return nodes;
  }
}
