package hraftd.raft.sim;

import hraftd.mutants.Catcher;
import hraftd.mutants.Mutant;
import hraftd.mutants.MutantLoader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The simulation with classes of its own, in which one fault is. */
final class FaultySimulation {

  private final Class<?> runs;

  /** Of classes that are compiled for it. */
  FaultySimulation(Mutant mutant) {
    try {
      runs = MutantLoader.of(mutant).loadClass(SimRun.class.getName());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** See {@link SimRun#counted}. */
  long[] counted(long seed, long millis) {
    Class<?>[] types = {long.class, long.class};
    return (long[]) Objects.requireNonNull(call("counted", types, seed, millis));
  }

  /** See {@link SimRun#firstFound}. */
  @Nullable String firstFound(Catcher.Simulation run) {
    Class<?>[] types = {long.class, String.class, boolean.class};
    return (String) call("firstFound", types, run.seed(), run.mix(), run.stuck());
  }

  private @Nullable Object call(String name, Class<?>[] types, Object... arguments) {
    try {
      Method method = runs.getMethod(name, types);
      return method.invoke(null, arguments);
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
