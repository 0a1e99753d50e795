package hraftd.raft.sim;

import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import hraftd.mutants.MutantLoader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The simulation with classes of its own, in which one fault is. */
public final class FaultySimulation {

  private final Class<?> runs;
  private final Class<?> recordedRuns;

  /**
   * Of classes that are compiled for it, from the source in the working directory.
   *
   * @throws IllegalArgumentException if a patch does not fit, or what it makes cannot be compiled
   */
  public FaultySimulation(Mutant mutant) {
    MutantLoader loader = MutantLoader.of(mutant);
    try {
      runs = loader.loadClass(SimRun.class.getName());
      recordedRuns = loader.loadClass(RecordedRun.class.getName());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** See {@link SimRun#counted}. */
  @SuppressWarnings("unchecked") // What SimRun.counted gives.
  Map<String, Long> counted(long seed, long millis, boolean checksQuorum) {
    Class<?>[] types = {long.class, long.class, boolean.class};
    return (Map<String, Long>)
        Objects.requireNonNull(call(runs, "counted", types, seed, millis, checksQuorum));
  }

  /** See {@link SimRun#firstFound}. */
  public @Nullable String firstFound(Catcher.Simulation run) {
    Class<?>[] types = {long.class, String.class, boolean.class};
    return (String) call(runs, "firstFound", types, run.seed(), run.mix(), run.stuck());
  }

  /** See {@link RecordedRun#commanded}. */
  public void commanded(
      String plan, String fault, long sinceMicros, long maxBytes, OutputStream out)
      throws IOException {
    Class<?>[] types = {String.class, String.class, long.class, long.class, OutputStream.class};
    write("commanded", types, plan, fault, sinceMicros, maxBytes, out);
  }

  /** See {@link RecordedRun#ofSeed}. */
  public void ofSeed(
      long seed, String mix, String fault, long millis, long maxBytes, OutputStream out)
      throws IOException {
    Class<?>[] types = {
      long.class, String.class, String.class, long.class, long.class, OutputStream.class
    };
    write("ofSeed", types, seed, mix, fault, millis, maxBytes, out);
  }

  private void write(String name, Class<?>[] types, Object... arguments) throws IOException {
    try {
      Object unused = call(recordedRuns, name, types, arguments);
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      } else if (e.getCause() instanceof IllegalArgumentException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static @Nullable Object call(
      Class<?> of, String name, Class<?>[] types, Object... arguments) {
    try {
      return of.getMethod(name, types).invoke(null, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
