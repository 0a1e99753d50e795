package hraftd.mutants;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import hraftd.raft.sim.SimRun;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * A process in which a fault is, and that looks whether it is noticed: a {@link Catcher} in the
 * words of the catalog. Exit code {@link #NOTICED} or {@link #UNNOTICED}, else it has failed; what
 * was noticed is the last line that it prints.
 */
final class MutantTrial {

  static final int NOTICED = 10;

  /** Neither is what Java itself ends with. */
  static final int UNNOTICED = 11;

  private MutantTrial() {}

  public static void main(String[] args) {
    String noticed = noticed(MutantCatalog.catcher(String.join(" ", args)));
    if (noticed != null) {
      System.out.println(noticed.lines().findFirst().orElse(""));
    }
    // Threads of what has failed may still run.
    Runtime.getRuntime().halt(noticed == null ? UNNOTICED : NOTICED);
  }

  private static @Nullable String noticed(Catcher catcher) {
    if (catcher instanceof Catcher.Simulation run) {
      return SimRun.firstFound(run.seed(), run.mix(), run.stuck());
    }
    if (catcher instanceof Catcher.Test test) {
      return failure(test.name());
    }
    throw new IllegalArgumentException("not here: " + catcher);
  }

  private static @Nullable String failure(String name) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(name)).build(),
            listener);
    TestExecutionSummary summary = listener.getSummary();
    if (summary.getTestsFoundCount() == 0) {
      throw new IllegalArgumentException("no tests in " + name);
    }
    List<TestExecutionSummary.Failure> failures = summary.getFailures();
    return failures.isEmpty()
        ? null
        : failures.get(0).getTestIdentifier().getDisplayName()
            + ": "
            + failures.get(0).getException();
  }
}
