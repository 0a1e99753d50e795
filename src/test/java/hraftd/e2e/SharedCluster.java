package hraftd.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a cluster of three that all such tests share, ready and with every node running. A
 * test may do to it what a cluster survives; it is started once and ended after the last test.
 */
final class SharedCluster implements ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedCluster.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestCluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestCluster cluster =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent("cluster", key -> start(), TestCluster.class);
    cluster.startAll();
    cluster.awaitReady();
    return cluster;
  }

  private static TestCluster start() {
    try {
      return TestCluster.ready(Files.createTempDirectory(Path.of("target"), "shared-cluster-"), 3);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
