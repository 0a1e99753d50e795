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
 * test may do to it what a cluster survives; it is started once and ended after the last test. A
 * class that runs {@link BothEngines} gets one of each, and can ask which engine it is.
 */
final class SharedCluster implements ParameterResolver {

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedCluster.class);

  /** What its nodes are started as. */
  private record Kind(EngineUnderTest engine, boolean front) {}

  private final Kind kind;

  /** The default engine's. */
  SharedCluster() {
    this(EngineUnderTest.RAFT, /* front= */ true);
  }

  /** One whose nodes have the handler in front of Javalin, or not. */
  SharedCluster(EngineUnderTest engine, boolean front) {
    this.kind = new Kind(engine, front);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestCluster.class || type == EngineUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    if (parameter.getParameter().getType() == EngineUnderTest.class) {
      return kind.engine;
    }
    TestCluster cluster =
        context.getRoot().getStore(NAMESPACE).computeIfAbsent(kind, this::start, TestCluster.class);
    cluster.startAll();
    cluster.awaitReady();
    return cluster;
  }

  private TestCluster start(Kind of) {
    try {
      Path directory = Files.createTempDirectory(Path.of("target"), "shared-cluster-");
      return of.front
          ? TestCluster.ready(of.engine, directory, 3)
          : TestCluster.ready(of.engine, directory, 3, "-Dhraftd.front=off");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
