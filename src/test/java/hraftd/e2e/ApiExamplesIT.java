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
 * The API works as docs/api.md shows it: its examples are run on new nodes, from set-up to stop,
 * and again on nodes that ask who is there.
 */
class ApiExamplesIT {

  private static final Path DOCUMENT = Path.of("docs", "api.md");

  /** Three that it sets up, and one that it adds. */
  private static final int NODES = 4;

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> examples() throws IOException {
    TestCluster nodes = warm(TestCluster.waiting(directory, NODES, ExampleRun.LAGGING));
    return new ExampleRun(DOCUMENT, nodes, directory.resolve("here")).tests().onClose(nodes::close);
  }

  @TestFactory
  Stream<DynamicTest> examplesWhereTheNodesAskWhoIsThere() throws IOException {
    Keyring keys =
        Keyring.make(directory.resolve("keys"), List.of("node1", "node2", "node3", "node4"));
    TestCluster nodes = warm(TestCluster.waiting(keys, directory, NODES, ExampleRun.LAGGING));
    return new ExampleRun(DOCUMENT, nodes, directory.resolve("here"), keys)
        .tests()
        .onClose(nodes::close);
  }

  /** The first answer of a Java that has just started takes long on a busy machine. */
  private static TestCluster warm(TestCluster nodes) throws IOException {
    for (Daemon node : nodes.nodes()) {
      node.get("/livez").expect(200);
    }
    return nodes;
  }
}
